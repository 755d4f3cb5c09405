import {
  createMatcher,
  type AskedWord,
  type Match,
  type SaidWords,
} from "../language/match-words.ts";
import { readAsks, sideOf, type Ask } from "./read-asks.ts";
import {
  readPassages,
  type NumberedPassage,
  type ReadPassage,
  type Unit,
} from "./read-passages.ts";
import { NO_MEANING, type WordMeaning } from "../language/match-words.ts";

export type { NumberedPassage } from "./read-passages.ts";

/** Replaces the passages in a prompt if the documents could not be searched. */
export const NOT_SEARCHED =
  "The documents cannot be searched at the moment. Do not say that they have no answer. Say that they cannot be searched, and that the reader can ask again in a moment.";

/** Precedes the passages in a prompt if the message is small talk. */
export const SMALL_TALK =
  "The message is small talk. If it only greets, thanks, or asks about you, answer in one kind sentence, suggest three questions that the passages answer, and cite nothing.";

/** The offline model's answer if the documents could not be searched. */
export const ASK_AGAIN =
  "The documents cannot be searched at the moment. Please ask again shortly.";

/** Minimum share of the question's weight that the best sentence and its headings must cover. */
const LEAST_COVERAGE = 0.6;
/** Minimum score of a further sentence, relative to the best one. */
const KEEP_SHARE = 0.75;
const KEEP_SHARE_ELSEWHERE = 0.9;
/** Minimum coverage of a further sentence by its own words and its headings. */
const LEAST_DIRECT = 0.5;
const MAX_SENTENCES = 3;
/** Steps that follow the best one. */
const MAX_STEPS = 4;
/** Weight of a word of the context. */
const CONTEXT_SHARE = 0.3;
/**
 * Weight of a word that only occurs in the headings, and in headings that cover most of the question; and of one
 * that only occurs elsewhere in the passage.
 */
const HEADING_SHARE = 0.8;
const OWN_HEADING_SHARE = 0.95;
const HEADINGS_ASK = 0.8;
const PASSAGE_SHARE = 0.4;
/** Coverage by a word elsewhere in the passage. */
const COVERED_SHARE = 0.6;
/** Least weight of the words that a letter shares with its passage, in relation to the passage's length. */
const LEAST_SHARED = 0.5;
/** A number, or a word that says how many or how often. */
const NUMBER =
  /\d|\b(?:once|twice|half|one|two|three|four|five|six|seven|eight|nine|ten|no|none|any number|daily|weekly|monthly|yearly|nothing|free|never|every)\b/i;
/** Match from which a text has a word. */
const SURE_MATCH = 0.9;
/** How well a name must match. */
const NAME_MATCH = 0.5;
/** Score factor of a sentence in the form of an answer. */
const FORM_BONUS = 1.25;
const STEP =
  /\*\*|^(?:open|press|choose|click|select|go|tick|untick|enter|write|sign|use|create|download|right-click|scan|type|set|turn|switch)\b/i;
const STEP_START =
  /^(?:\*\*)?(?:open|press|choose|click|select|go|tick|untick|enter|write|use|create|download|right-click|scan|type|set|turn|switch|point|print|close|rename|add|copy|then|without)\b/i;
const POINTS_BACK =
  /^(?:it|they|this|that|these|those|both|each|later|otherwise|until then|then)\b/i;

/**
 * Selects the sentences of the passages that answer each question of the message, each with its citation.
 * Undefined if they answer none. Deterministic.
 *
 * @param before the previous question, if this one may be a follow-up
 */
export function extractAnswer(
  message: string,
  passages: readonly NumberedPassage[],
  before = "",
  meaning: WordMeaning = NO_MEANING,
): string | undefined {
  const read = readPassages(passages);
  const match = createMatcher(meaning);
  const chosen = new Set<Unit>();
  for (const ask of readAsks(message, before, meaning)) {
    for (const unit of answerAsk(ask, read, match)) chosen.add(unit);
  }
  if (chosen.size === 0) return undefined;
  return [...chosen]
    .sort((one, other) => one.order - other.order)
    .map(({ text, passage }) => `${text} [${passage.number}]`)
    .join(" ");
}

interface Scored {
  readonly unit: Unit;
  readonly score: number;
  /** Share of the question's weight in the sentence, its headings and, less, the rest of its passage. */
  readonly coverage: number;
  /** The same without the rest of the passage. */
  readonly direct: number;
}

function answerAsk(ask: Ask, passages: readonly ReadPassage[], match: Match): readonly Unit[] {
  if (ask.isLetter) return answerLetter(ask, passages, match);
  const eligible = passages.filter((passage) =>
    ask.names.every((name) => match(name, passage.whole) >= NAME_MATCH),
  );
  const words = ask.words.length > 0 ? ask.words : ask.context;
  if (words.length === 0) return [];
  const scored = eligible
    .flatMap(({ units }) => units)
    .filter((unit) => !isOtherSide(unit, ask))
    .map((unit) => scoreUnit(unit, ask, words, match))
    .filter(({ coverage }) => coverage >= LEAST_COVERAGE)
    .toSorted(byScore);
  const best = scored[0];
  if (best === undefined) return [];
  const kept = scored
    .filter((one) => one === best || isAsGood(one, best))
    .slice(0, MAX_SENTENCES)
    .map(({ unit }) => unit);
  if (ask.needsNumber && !kept.some(({ text }) => NUMBER.test(text))) return [];
  return withNeighbours(kept, best.unit, ask);
}

/** Whether the heading, or else the sentence, turns on what the question turns off, or the reverse. */
function isOtherSide({ passage, text }: Unit, { side }: Ask): boolean {
  const said = sideOf(passage.heading) ?? sideOf(text);
  return side !== undefined && said !== undefined && said !== side;
}

/** Further sentences say the asked words themselves; those of other passages are nearly as good as the best. */
function isAsGood({ unit, score, direct }: Scored, best: Scored): boolean {
  const share = unit.passage === best.unit.passage ? KEEP_SHARE : KEEP_SHARE_ELSEWHERE;
  return direct >= LEAST_DIRECT && score >= share * best.score;
}

function byScore(one: Scored, other: Scored): number {
  return other.score - one.score || one.unit.order - other.unit.order;
}

/**
 * A letter has more words than its answer, so no share of them can be expected: the sentences are taken that
 * share most with it, by words that few passages have.
 */
function answerLetter(ask: Ask, passages: readonly ReadPassage[], match: Match): readonly Unit[] {
  const words = [
    ...ask.words.map((word) => ({ word, share: 1 })),
    ...ask.context.map((word) => ({ word, share: 0.6 })),
  ].map(({ word, share }) => {
    const holding = passages.filter(({ whole }) => match(word, whole) >= SURE_MATCH).length;
    return {
      ...word,
      weight: share * word.weight * Math.log(1 + (passages.length + 1 - holding) / (holding + 0.5)),
    };
  });
  const shared = (said: SaidWords) => weightOf(words, (word) => strong(match(word, said)));
  const scored = passages
    .flatMap((passage) => {
      const around =
        (shared(passage.whole) + shared(passage.around)) /
        Math.sqrt(10 + passage.whole.words.length);
      const place = around / (1 + 0.2 * (passage.number - 1));
      return passage.units.map((unit) => {
        const own = shared(unit.said) / Math.sqrt(4 + unit.said.words.length);
        return { unit, coverage: 1, direct: 1, score: (own + place) * formBonus(ask, unit.text) };
      });
    })
    .toSorted(byScore);
  const best = scored[0];
  if (best === undefined || best.score < LEAST_SHARED) return [];
  const kept = scored.slice(0, MAX_SENTENCES + 1).map(({ unit }) => unit);
  return withNeighbours(kept, best.unit, ask);
}

/** Only words that surely match count. */
function strong(match: number): number {
  return match >= 0.6 ? match : 0;
}

function withNeighbours(kept: readonly Unit[], best: Unit | undefined, ask: Ask): readonly Unit[] {
  const whole = new Set(kept);
  for (const unit of kept) {
    if (POINTS_BACK.test(unit.text)) addBefore(unit, whole);
  }
  if (best !== undefined && ask.form === "steps" && STEP.test(best.text)) addSteps(best, whole);
  return [...whole];
}

/** A sentence that begins with "it" needs the one before. */
function addBefore(unit: Unit, kept: Set<Unit>): void {
  const { units } = unit.passage;
  const before = units[units.indexOf(unit) - 1];
  if (before?.block === unit.block) kept.add(before);
}

/** The steps of a way belong together: those before and after in the same paragraph or list. */
function addSteps(unit: Unit, kept: Set<Unit>): void {
  const { units } = unit.passage;
  const at = units.indexOf(unit);
  const isStep = (one: Unit | undefined) => one?.block === unit.block && STEP_START.test(one.text);
  for (let next = at + 1; next <= at + MAX_STEPS; next += 1) {
    const one = units[next];
    if (one === undefined || !isStep(one)) break;
    kept.add(one);
  }
  for (let next = at - 1; next >= at - MAX_STEPS; next -= 1) {
    const one = units[next];
    if (one === undefined || !isStep(one)) break;
    kept.add(one);
  }
}

function formBonus({ form }: Ask, text: string): number {
  const fits = form === "number" ? /\d/.test(text) : form === "steps" && STEP.test(text);
  return fits ? FORM_BONUS : 1;
}

function weightOf(words: readonly AskedWord[], matchOf: (word: AskedWord) => number): number {
  return words.reduce((sum, word) => sum + word.weight * matchOf(word), 0);
}

function scoreUnit(unit: Unit, ask: Ask, words: readonly AskedWord[], match: Match): Scored {
  const { passage, said, text } = unit;
  const around = (word: AskedWord) => match(word, passage.around);
  const whole = (word: AskedWord) => match(word, passage.whole);
  const total = weightOf(words, () => 1);
  const isAskedAbove = weightOf(words, around) >= HEADINGS_ASK * total;
  const headingShare = isAskedAbove ? OWN_HEADING_SHARE : HEADING_SHARE;
  const inUnit = (word: AskedWord) =>
    Math.max(match(word, said), headingShare * around(word), PASSAGE_SHARE * whole(word));
  const direct = (word: AskedWord) => Math.max(match(word, said), around(word));
  const covered = (word: AskedWord) => Math.max(direct(word), COVERED_SHARE * whole(word));
  const context = CONTEXT_SHARE * weightOf(ask.context, () => 1);
  const score =
    (weightOf(words, inUnit) + CONTEXT_SHARE * weightOf(ask.context, inUnit)) / (total + context);
  const rankShare = 1 / (1 + 0.04 * (passage.number - 1));
  return {
    unit,
    score: score * formBonus(ask, text) * rankShare,
    coverage: weightOf(words, covered) / total,
    direct: weightOf(words, direct) / total,
  };
}
