import { createAsksReader, type Asks } from "./asks.ts";
import { createBaseForm } from "./base-form.ts";
import { readCodes, type Coded } from "./codes.ts";
import type { DateParts } from "./date-types.ts";
import { wordsOf, type GuardLanguage } from "./guard-language.ts";
import { createContentReader, type ContentWord } from "./content-words.ts";
import { createWordCutter } from "./cut-words.ts";
import { createDirectionsReader, type Directions } from "./directions.ts";
import { createFormReader, type Forms } from "./forms.ts";
import { createNameReader, type Named } from "./names.ts";
import { createPolarityReader, type Polarity } from "./negation.ts";
import { createParticleReader, type Particles } from "./opposite-particles.ts";
import { createSidesReader, type Sides } from "./opposites.ts";
import { createSequenceReader, type Sequence } from "./order.ts";
import { createPlaceReader } from "./places.ts";
import { createQuantityReader, type Quantities, type Quantity } from "./quantities.ts";
import { createDateReader } from "./read-dates.ts";
import { tokenise, type TokenRules } from "./tokens.ts";
import { readVocabulary } from "./vocabulary.ts";

/** Everything the guards compare of a question. */
export interface Reading extends Named, Coded {
  readonly quantities: Quantities;
  readonly dates: readonly DateParts[];
  readonly polarity: Polarity;
  readonly sides: Sides;
  readonly particles: Particles;
  readonly forms: Forms;
  readonly content: readonly ContentWord[];
  readonly sequence: Sequence;
  readonly asks: Asks;
  readonly directions: Directions;
}

/** Token rules of a language. */
export function tokenRulesOf(language: GuardLanguage): TokenRules {
  const { clitics, elisions } = language;
  const baseForm = createBaseForm(language.inflection);
  return { clitics, elisions, baseForm, cut: createWordCutter(wordsOf(language)) };
}

/** Reads a question once for all guards, in linear time. */
export function createQuestionReader(language: GuardLanguage): (text: string) => Reading {
  const rules = tokenRulesOf(language);
  const baseForm = (word: string) => rules.baseForm(word);
  const read = (text: string) => tokenise(text, rules);
  const readDates = createDateReader(language, read);
  const readQuantities = createQuantityReader(language, read);
  const readPolarity = createPolarityReader(language, read);
  const readSides = createSidesReader(language, read);
  const readParticles = createParticleReader(language, baseForm);
  const readForms = createFormReader(language, read);
  const readContent = createContentReader(language, baseForm);
  const readSequence = createSequenceReader(language);
  const readPlaces = createPlaceReader(language, read);
  const readNames = createNameReader(language);
  const readAsks = createAsksReader(language, read);
  const readDirections = createDirectionsReader(language);
  const grammar = new Set(language.functionWords);
  return (text) => {
    const tokens = read(text);
    const { dates, taken } = readDates(tokens);
    const places = readPlaces(tokens);
    const polarity = readPolarity(tokens);
    const amounts = readQuantities(tokens, taken);
    return {
      dates,
      places,
      quantities: {
        ...amounts,
        quantities: [...amounts.quantities, ...dates.flatMap(toYear)],
      },
      polarity,
      sides: readSides(tokens, polarity.denied),
      particles: readParticles(tokens),
      forms: readForms(tokens, polarity.count),
      content: readContent(tokens),
      sequence: readSequence(tokens),
      asks: readAsks(tokens),
      directions: readDirections(tokens),
      names: readNames(tokens, new Set([...taken, ...places.taken])),
      codes: readCodes(tokens, new Set([...taken, ...amounts.taken])),
      vocabulary: readVocabulary(tokens, (word) => grammar.has(word)),
    };
  };
}

/** A year is also a number: 1492 in one question may be 2,000 in the other. */
function toYear({ year }: DateParts): readonly Quantity[] {
  if (year === undefined) return [];
  const numbers = [String(year)];
  return [{ numbers, amount: undefined, weak: false, isYear: true, isOrdinal: false }];
}
