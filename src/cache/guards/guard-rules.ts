import { compareAsks } from "./asks.ts";
import { codesDiffer } from "./codes.ts";
import { compareWords } from "./content-words.ts";
import { compareDates } from "./dates.ts";
import { createFormComparer } from "./forms.ts";
import type { GuardLanguage } from "./guard-language.ts";
import { namesDiffer } from "./names.ts";
import { negationDiffers } from "./negation.ts";
import { compareNumbers } from "./numbers.ts";
import { createParticleComparer } from "./opposite-particles.ts";
import { createDirectionsComparer } from "./directions.ts";
import { createOppositesComparer, sidesAreLeftOut } from "./opposites.ts";
import { compareOrder } from "./order.ts";
import { placesDiffer } from "./places.ts";
import type { Reading } from "./read-question.ts";
import type { GuardFinding, GuardName, GuardReason } from "./types.ts";
import { unitsDiffer } from "./units.ts";

type Strength = GuardFinding["strength"];

/** One guard: the strength of its objection to sharing an answer, if any. */
export interface GuardRule {
  readonly guard: GuardName;
  readonly reason: GuardReason;
  compare(asked: Reading, stored: Reading): Strength | undefined;
}

/** All guards, hard ones first. */
export function createGuardRules(language: GuardLanguage): readonly GuardRule[] {
  const compareForms = createFormComparer(language);
  const areTurned = createDirectionsComparer(language);
  return [
    {
      guard: "numbers",
      reason: "numbers-differ",
      compare: (asked, stored) => compareNumbers(asked.quantities, stored.quantities),
    },
    {
      guard: "units",
      reason: "units-differ",
      compare: when("hard", (asked, stored) => unitsDiffer(asked.quantities, stored.quantities)),
    },
    {
      guard: "dates",
      reason: "dates-differ",
      compare: (asked, stored) => compareDates(asked.dates, stored.dates),
    },
    {
      guard: "negation",
      reason: "negation-differs",
      compare: when("hard", (asked, stored) => negationDiffers(asked.polarity, stored.polarity)),
    },
    { guard: "opposites", reason: "opposites", compare: createOpposites(language) },
    {
      guard: "form",
      reason: "form-differs",
      compare: (asked, stored) => compareForms(asked.forms, stored.forms),
    },
    {
      guard: "order",
      reason: "word-order-differs",
      compare: (asked, stored) => compareOrder(asked.sequence, stored.sequence),
    },
    { guard: "names", reason: "names-differ", compare: when("soft", namesDiffer) },
    { guard: "codes", reason: "codes-differ", compare: when("soft", codesDiffer) },
    {
      guard: "places",
      reason: "places-differ",
      compare: when("soft", (asked, stored) => placesDiffer(asked.places, stored.places)),
    },
    {
      guard: "asks",
      reason: "question-word-differs",
      compare: (asked, stored) => compareAsks(asked.asks, stored.asks),
    },
    {
      guard: "words",
      reason: "word-differs",
      compare: (asked, stored) => compareWords(asked.content, stored.content),
    },
    {
      guard: "directions",
      reason: "directions-differ",
      compare: when("hard", (asked, stored) => areTurned(asked.directions, stored.directions)),
    },
  ];
}

function createOpposites(language: GuardLanguage): GuardRule["compare"] {
  const areOpposed = createOppositesComparer(language);
  const haveOpposedParticles = createParticleComparer(language);
  return (asked, stored) => {
    if (areOpposed(asked.sides, stored.sides)) return "hard";
    if (haveOpposedParticles(asked.particles, stored.particles)) return "hard";
    return sidesAreLeftOut(asked.sides, stored.sides) ? "soft" : undefined;
  };
}

function when(
  strength: Strength,
  differs: (asked: Reading, stored: Reading) => boolean,
): GuardRule["compare"] {
  return (asked, stored) => (differs(asked, stored) ? strength : undefined);
}
