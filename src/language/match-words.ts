import { isMisspelt, isSmallWord } from "./misspelt.ts";
import { isStopWord, stem, words } from "./words.ts";

/** What single words mean, for matching a question with texts that use other words. */
export interface WordMeaning {
  /** How much a word says: from 0.2 for a word of any text to 1.7 for a rare one. */
  weight(word: string): number;
  /** Cosine similarity of two words, 0 for an unknown one. */
  likeness(one: string, other: string): number;
  /** False for a word that is not in the vocabulary: a name, a code or a typo. */
  isKnown(word: string): boolean;
}

/** Knows no word: only equal words match, and all count the same. */
export const NO_MEANING: WordMeaning = {
  weight: () => 1,
  likeness: () => 0,
  isKnown: () => true,
};

/** A content word of a question. */
export interface AskedWord {
  readonly word: string;
  readonly stem: string;
  readonly weight: number;
  /** True if it may be misspelt: no vocabulary has it. */
  readonly isUnknown: boolean;
  /** True if it is written in capitals: `PO`. */
  readonly isAcronym: boolean;
}

/** The words of a text, for matching. */
export interface SaidWords {
  readonly stems: ReadonlySet<string>;
  readonly words: readonly string[];
  /** First letters of its words in a row: `po` for "purchase order". */
  readonly initials: string;
}

/** Similarity of two words from which they match, and from which they match as well as equal ones. */
const LEAST_LIKENESS = 0.4;
const FULL_LIKENESS = 0.9;
/** A typo or an abbreviation matches a little less than the same word. */
const SLIP_MATCH = 0.9;
/** Letters of a word from which it may be abbreviated, and letters of an abbreviation. */
const LONG_WORD = 6;
const ABBREVIATION = /^[b-df-hj-np-tv-z]{2,3}$/;

const ACRONYM = /(?<![\p{L}\p{N}])\p{Lu}{2,4}(?![\p{L}\p{N}])/gu;
/** `don't` has the words `don` and `t`, which say nothing of `do`. */
const CONTRACTION = /(?<=\p{L})n[’']t\b/gu;
const CANNOT = /\bcan[’']t\b/gi;
/** Contractions without their apostrophe. */
const PLAIN_CONTRACTIONS = new Set(
  "im ive dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt havent hasnt hadnt whats thats".split(
    " ",
  ),
);

export function readAsked(text: string, meaning: WordMeaning): AskedWord[] {
  const acronyms = new Set((text.match(ACRONYM) ?? []).map((word) => word.toLowerCase()));
  const found = new Map<string, AskedWord>();
  for (const word of words(text.replace(CANNOT, "").replace(CONTRACTION, ""))) {
    if (isStopWord(word) || PLAIN_CONTRACTIONS.has(word)) continue;
    const stemmed = stem(word);
    if (found.has(stemmed)) continue;
    const isUnknown = !meaning.isKnown(word) && !/\d/.test(word);
    if (isUnknown && isSmallWord(word)) continue;
    const isAcronym = acronyms.has(word);
    found.set(stemmed, { word, stem: stemmed, weight: meaning.weight(word), isUnknown, isAcronym });
  }
  return [...found.values()];
}

export function readSaid(text: string): SaidWords {
  const all = words(text);
  const content = [...new Set(all.filter((word) => !isStopWord(word)))];
  return {
    words: content,
    stems: new Set(content.map(stem)),
    initials: all.map((word) => word[0] ?? "").join(""),
  };
}

/** Matches words of questions with texts. Remembers each pair of words, because texts about one thing share theirs. */
export function createMatcher(meaning: WordMeaning) {
  const pairs = new Map<string, Map<string, number>>();
  /** How well a text says the word: 1 for a form of it, less for a typo, an abbreviation or a similar word. */
  return (asked: AskedWord, said: SaidWords): number => {
    if (said.stems.has(asked.stem)) return 1;
    if (asked.isAcronym && said.initials.includes(asked.word)) return SLIP_MATCH;
    let own = pairs.get(asked.word);
    if (own === undefined) pairs.set(asked.word, (own = new Map()));
    let best = 0;
    for (const word of said.words) {
      let found = own.get(word);
      if (found === undefined) own.set(word, (found = matchPair(asked, word, meaning)));
      if (found > best) best = found;
    }
    return best;
  };
}

export type Match = ReturnType<typeof createMatcher>;

function matchPair(asked: AskedWord, said: string, meaning: WordMeaning): number {
  if (asked.isUnknown && isMisspelt(asked.word, said)) return SLIP_MATCH;
  if (isAbbreviation(said, asked.word)) return SLIP_MATCH;
  const likeness = meaning.likeness(asked.word, said);
  return Math.min(1, Math.max(0, (likeness - LEAST_LIKENESS) / (FULL_LIKENESS - LEAST_LIKENESS)));
}

/** `gb` for "gigabytes": consonants of the word, in order, the first letter being the first. */
function isAbbreviation(short: string, long: string): boolean {
  if (long.length < LONG_WORD || short[0] !== long[0] || !ABBREVIATION.test(short)) return false;
  let at = 0;
  for (const letter of short) {
    at = long.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
