import { passageText } from "./passage-text.ts";
import { stem, isStopWord, contentStems, words } from "../language/words.ts";
import { isNearStem, mayBeMisspelt } from "../language/misspelt.ts";
import type { Passage, ScoredPassage } from "./types.ts";

/** BM25 parameters: the best of a grid on three public retrieval sets. */
const K = 1.6;
const B = 0.75;

/** Inverse document frequency of a term in `holding` of `total` texts. */
function inverseFrequency(holding: number, total: number): number {
  return Math.log(1 + (total - holding + 0.5) / (holding + 0.5));
}

/**
 * BM25 weight of a term that occurs `count` times in a text of `length` words: 0 to K + 1, reduced in texts
 * longer than the mean.
 */
function termWeight(count: number, length: number, meanLength: number): number {
  return (count * (K + 1)) / (count + K * (1 - B + (B * length) / meanLength));
}

/** Weights of title, headings and text. */
const BOOSTS = [2, 1.5, 1] as const;
const FIELDS = BOOSTS.length;
/** Maximum distinct content words of a question; the first ones are used. */
const MAX_QUERY_WORDS = 64;

/** The words of a passage's title, headings and text. */
export type PassageWords = readonly {
  /** Number of distinct words, including stop words. */
  readonly length: number;
  /** Number of occurrences of each stem. */
  readonly stems: ReadonlyMap<string, number>;
}[];

/** Full-text index of passages: titles, headings and texts. */
export interface TextIndex {
  /** Adds or replaces the passage. `counted` is the result of `countPassage`. */
  set(passage: Passage, counted: PassageWords): void;
  remove(id: string): void;
  /**
   * Passages that share a content word with the text and that `accepts` allows, best first. The score is the
   * sum of the shared words' BM25 scores in each field, times the number of shared words.
   */
  search(text: string, limit: number, accepts: (passage: Passage) => boolean): ScoredPassage[];
}

/** Called for each field of a passage that contains a stem. */
type Visit = (number: number, field: number, count: number) => void;

interface State {
  /** By number; undefined if removed. */
  passages: (Passage | undefined)[];
  readonly numberOf: Map<string, number>;
  /** Lengths of each passage's fields. */
  lengths: number[];
  /** For each field, the total length in all existing passages. */
  readonly totals: number[];
  /**
   * Postings of each stem, in pairs: passage number * FIELDS + field, then the number of occurrences. They
   * include removed passages until the next sweep.
   */
  readonly postings: Map<string, number[]>;
}

/**
 * Creates an empty in-process index. Removed passages use memory until they are as many as the existing ones
 * and at least `minSwept` (default 1,000).
 */
export function createTextIndex({ minSwept = 1_000 }: { minSwept?: number } = {}): TextIndex {
  const state: State = {
    passages: [],
    numberOf: new Map(),
    lengths: [],
    totals: BOOSTS.map(() => 0),
    postings: new Map(),
  };
  return {
    set(passage, counted) {
      remove(state, passage.id);
      add(state, passage, counted);
    },
    remove(id) {
      remove(state, id);
      const there = state.numberOf.size;
      if (state.passages.length - there >= Math.max(minSwept, there)) sweep(state);
    },
    search(text, limit, accepts) {
      const stems = [...new Set(contentStems(text))].slice(0, MAX_QUERY_WORDS);
      return best(state, scoreAll(state, withNearStems(state, stems)), limit, accepts);
    },
  };
}

/** The stems, and for each that no passage has, those of which it may be a typo. */
function withNearStems({ postings }: State, stems: readonly string[]): readonly string[] {
  const unknown = stems.filter((stemmed) => !postings.has(stemmed) && mayBeMisspelt(stemmed));
  if (unknown.length === 0) return stems;
  const near = [...postings.keys()].filter((known) =>
    unknown.some((stemmed) => isNearStem(stemmed, known)),
  );
  return [...new Set([...stems, ...near])];
}

/** Counts the words of a passage. This is the slow part of indexing. */
export function countPassage(passage: Passage): PassageWords {
  return [passage.title, passage.headings.join("\n"), passageText(passage)].map((fieldText) => {
    const found = words(fieldText);
    return { length: new Set(found).size, stems: countStems(found) };
  });
}

function add(state: State, passage: Passage, counted: PassageWords): void {
  const number = state.passages.length;
  state.passages.push(passage);
  state.numberOf.set(passage.id, number);
  for (const [field, { length, stems }] of counted.entries()) {
    state.lengths.push(length);
    addTotal(state, field, length);
    for (const [stemmed, count] of stems) {
      const posting = state.postings.get(stemmed);
      if (posting === undefined) state.postings.set(stemmed, [number * FIELDS + field, count]);
      else posting.push(number * FIELDS + field, count);
    }
  }
}

function countStems(found: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of found) {
    if (isStopWord(word)) continue;
    const stemmed = stem(word);
    counts.set(stemmed, (counts.get(stemmed) ?? 0) + 1);
  }
  return counts;
}

function remove(state: State, id: string): void {
  const number = state.numberOf.get(id);
  if (number === undefined) return;
  state.numberOf.delete(id);
  state.passages[number] = undefined;
  for (const field of BOOSTS.keys()) addTotal(state, field, -lengthOf(state, number, field));
}

/** Scores by passage number. */
function createScores(size: number) {
  const sums = new Float64Array(size);
  const sharedWords = new Uint8Array(size);
  /** Numbers of the passages with a score. */
  const found: number[] = [];
  /** Last passage that scored for the current word. */
  let last = -1;
  return {
    found,
    startWord(): void {
      last = -1;
    },
    /** The fields of a passage must be added consecutively. */
    add(number: number, gain: number): void {
      const sum = sums[number] ?? 0;
      if (sum === 0) found.push(number);
      sums[number] = sum + gain;
      if (number !== last) sharedWords[number] = (sharedWords[number] ?? 0) + 1;
      last = number;
    },
    of: (number: number) => (sums[number] ?? 0) * (sharedWords[number] ?? 0),
  };
}

type Scores = ReturnType<typeof createScores>;

function scoreAll(state: State, stems: readonly string[]): Scores {
  const scores = createScores(state.passages.length);
  const there = state.numberOf.size;
  const means = state.totals.map((total) => total / there);
  for (const stemmed of stems) {
    const posting = state.postings.get(stemmed) ?? [];
    const holding = countHolding(state, posting);
    const gains = BOOSTS.map(
      (boost, field) => boost * inverseFrequency(holding[field] ?? 0, there),
    );
    scores.startWord();
    visit(state, posting, (number, field, count) => {
      const weight = termWeight(count, lengthOf(state, number, field), means[field] ?? 1);
      scores.add(number, (gains[field] ?? 0) * weight);
    });
  }
  return scores;
}

/** Number of passages that contain the stem, per field. */
function countHolding(state: State, posting: readonly number[]): number[] {
  const holding = BOOSTS.map(() => 0);
  visit(state, posting, (_number, field) => {
    holding[field] = (holding[field] ?? 0) + 1;
  });
  return holding;
}

/** Visits the entries of existing passages in a posting list. */
function visit({ passages }: State, posting: readonly number[], one: Visit): void {
  for (let index = 0; index < posting.length; index += 2) {
    const place = posting[index] ?? 0;
    const field = place % FIELDS;
    const number = (place - field) / FIELDS;
    if (passages[number] !== undefined) one(number, field, posting[index + 1] ?? 0);
  }
}

function best(
  { passages }: State,
  scores: Scores,
  limit: number,
  accepts: (passage: Passage) => boolean,
): ScoredPassage[] {
  const list: ScoredPassage[] = [];
  const isBetter = (score: number) => list.length < limit || score > (list.at(-1)?.score ?? 0);
  for (const number of scores.found) {
    const score = scores.of(number);
    const passage = isBetter(score) ? passages[number] : undefined;
    if (passage !== undefined && accepts(passage)) insert(list, { passage, score }, limit);
  }
  return list;
}

/** Inserts after entries with the same score; drops the last entry above `limit`. */
function insert(list: ScoredPassage[], one: ScoredPassage, limit: number): void {
  const place = list.findLastIndex(({ score }) => score >= one.score) + 1;
  list.splice(place, 0, one);
  if (list.length > limit) list.pop();
}

/** Renumbers the existing passages without gaps, in the same order. */
function sweep(state: State): void {
  const renumbered: number[] = [];
  const lengths: number[] = [];
  let there = 0;
  for (const [number, passage] of state.passages.entries()) {
    renumbered.push(there);
    if (passage === undefined) continue;
    state.numberOf.set(passage.id, there);
    there += 1;
    for (const field of BOOSTS.keys()) lengths.push(lengthOf(state, number, field));
  }
  for (const [stemmed, posting] of state.postings) {
    const kept: number[] = [];
    visit(state, posting, (number, field, count) => {
      kept.push((renumbered[number] ?? 0) * FIELDS + field, count);
    });
    if (kept.length > 0) state.postings.set(stemmed, kept);
    else state.postings.delete(stemmed);
  }
  state.passages = state.passages.filter((passage) => passage !== undefined);
  state.lengths = lengths;
}

function lengthOf(state: State, number: number, field: number): number {
  return state.lengths[number * FIELDS + field] ?? 0;
}

function addTotal(state: State, field: number, length: number): void {
  state.totals[field] = (state.totals[field] ?? 0) + length;
}
