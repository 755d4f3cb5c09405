import { LRUCache } from "lru-cache";
import { createBaseForm } from "./base-form.ts";
import type { DateParts } from "./date-types.ts";
import { datesDiffer } from "./dates.ts";
import type { GuardLanguage } from "./guard-language.ts";
import { createPolarityReader, negationDiffers, type Polarity } from "./negation.ts";
import { numbersDiffer } from "./numbers.ts";
import { createOppositesComparer, createSidesReader, type Sides } from "./opposites.ts";
import { createQuantityReader, type Quantities } from "./quantities.ts";
import { createDateReader } from "./read-dates.ts";
import { tokenise } from "./tokens.ts";
import type { CompareQuestions, GuardFinding, GuardName, GuardReason } from "./types.ts";
import { unitsDiffer } from "./units.ts";

/** Questions whose reading is kept: stored ones are compared again and again. */
const KEPT_READINGS = 512;
/** Longer questions are read anew each time, in characters. */
const LONGEST_KEPT = 2_000;

/** All that the guards compare of a question. */
interface Reading {
  readonly quantities: Quantities;
  readonly dates: readonly DateParts[];
  readonly polarity: Polarity;
  readonly sides: Sides;
}

interface Guard {
  readonly guard: GuardName;
  readonly strength: GuardFinding["strength"];
  readonly reason: GuardReason;
  differs(asked: Reading, stored: Reading): boolean;
}

/** The guards of a language. */
export function createGuards(language: GuardLanguage): CompareQuestions {
  const read = remembered(createReader(language));
  const guards = createRules(language);
  return (asked, stored, switches = {}) => {
    const [left, right] = [read(asked), read(stored)];
    return guards
      .filter((each) => switches[each.guard] !== false && each.differs(left, right))
      .map(({ guard, strength, reason }) => ({ guard, strength, reason }));
  };
}

function createReader(language: GuardLanguage): (text: string) => Reading {
  const rules = { clitics: language.clitics, baseForm: createBaseForm(language.inflection) };
  const tokens = (text: string) => tokenise(text, rules);
  const readDates = createDateReader(language, tokens);
  const readQuantities = createQuantityReader(language, tokens);
  const readPolarity = createPolarityReader(language, tokens);
  const readSides = createSidesReader(language, tokens);
  return (text) => {
    const found = tokens(text);
    const { dates, taken } = readDates(found);
    return {
      dates,
      quantities: readQuantities(found, taken),
      polarity: readPolarity(found),
      sides: readSides(found),
    };
  };
}

function createRules(language: GuardLanguage): readonly Guard[] {
  const opposed = createOppositesComparer(language);
  return [
    {
      guard: "numbers",
      strength: "hard",
      reason: "numbers-differ",
      differs: (asked, stored) => numbersDiffer(asked.quantities, stored.quantities),
    },
    {
      guard: "units",
      strength: "hard",
      reason: "units-differ",
      differs: (asked, stored) => unitsDiffer(asked.quantities, stored.quantities),
    },
    {
      guard: "dates",
      strength: "hard",
      reason: "dates-differ",
      differs: (asked, stored) => datesDiffer(asked.dates, stored.dates),
    },
    {
      guard: "negation",
      strength: "hard",
      reason: "negation-differs",
      // `not allowed` and `forbidden` say the same: an opposite takes a negation back.
      differs: (asked, stored) =>
        negationDiffers(asked.polarity, stored.polarity) && !opposed(asked.sides, stored.sides),
    },
    {
      guard: "opposites",
      strength: "hard",
      reason: "opposites",
      differs: (asked, stored) =>
        opposed(asked.sides, stored.sides) && !negationDiffers(asked.polarity, stored.polarity),
    },
  ];
}

function remembered(read: (text: string) => Reading): (text: string) => Reading {
  const kept = new LRUCache<string, Reading>({ max: KEPT_READINGS });
  return (text) => {
    if (text.length > LONGEST_KEPT) return read(text);
    const known = kept.get(text);
    if (known !== undefined) return known;
    const reading = read(text);
    kept.set(text, reading);
    return reading;
  };
}
