import { foldText } from "../guards/fold-text.ts";
import type { GuardLanguage } from "../guards/guard-language.ts";
import type { AskLanguage } from "./ask-language.ts";
import { createAskFinder, firstWords } from "./find-asks.ts";
import { readSegments } from "./read-segments.ts";

/** A sentence that ends before the message does, or a tail that is set apart within a sentence. */
const HAS_MORE =
  /[.!?…。！？؟]["”’)\]]*\s*["“„«([]*[\p{L}\p{N}]|[,;:–—(，、；：]\s*[\p{L}\p{N}]|\s-\s/u;
const TAIL = /(?:[,;:–—(，、；：]|\s-\s)([^,;:–—(，、；：]*)$/u;
/** Longer sentences move the vector of the message; in words, and in letters of a script without spaces. */
const MOST_FRAGMENT_WORDS = 8;
const MOST_FRAGMENT_LETTERS = 24;
const MOST_COMPARED_WORDS = 200;
const LATIN = /\p{Script=Latin}/u;

/**
 * Returns the text after the first ask that may reverse its meaning: short sentences that ask nothing, and a
 * bare negation, as a question (`Not?`) or a tail (`…, not`). Skips what the other message says in another
 * place: `How do I pay? A short answer, please` and `Keep it short: how do I pay?`.
 */
export type ReadTrailing = (message: string, other: string) => readonly string[];

export function createReadTrailing(
  languages: readonly AskLanguage[],
  { isNegation, isGrammar }: EmptyWords,
): ReadTrailing {
  const askOf = createAskFinder(languages);
  const light = new Set(
    languages.flatMap(({ lightWords, politeWords, sayVerbs }) => [
      ...lightWords,
      ...politeWords,
      ...sayVerbs,
    ]),
  );
  const isEmpty = (word: string) => light.has(word) || isGrammar(word);
  const isBareNegation = (text: string) => {
    const words = firstWords(text, MOST_FRAGMENT_WORDS);
    return words.some(isNegation) && words.every((word) => isNegation(word) || isEmpty(word));
  };
  const isSaidBy = (other: string) => {
    const said = new Set(firstWords(other, MOST_COMPARED_WORDS));
    const isKnown = (word: string) => said.has(word) || (!LATIN.test(word) && other.includes(word));
    return (sentence: string) =>
      firstWords(sentence, MOST_COMPARED_WORDS).every(
        (word) => !isNegation(word) && (isEmpty(word) || isKnown(word)),
      );
  };
  return (message, other) => {
    if (!HAS_MORE.test(message)) return [];
    const segments = readSegments(message);
    const kinds = segments.map(askOf);
    // A question without a question mark may end like a statement: `…ですか。`
    const asks = segments.findIndex((one) => askOf({ ...one, text: withoutStop(one.text) }));
    const first = Math.max(0, asks);
    const behind = segments.flatMap(({ text }, at) => {
      const mayTurn = (kinds[at] === undefined && isFragment(text)) || isBareNegation(text);
      return at > first && mayTurn ? [text] : [];
    });
    const tail = TAIL.exec(segments[first]?.text ?? "")?.[1] ?? "";
    const isSaid = isSaidBy(other);
    return [...(isBareNegation(tail) ? [tail] : []), ...behind].filter((text) => !isSaid(text));
  };
}

/** `[closed]` is not a sentence. */
const TAG = /^\[[^\]]*\]$/;

function isFragment(text: string): boolean {
  if (TAG.test(text)) return false;
  const isSpaced = LATIN.test(text);
  return isSpaced
    ? firstWords(text, MOST_FRAGMENT_WORDS + 1).length <= MOST_FRAGMENT_WORDS
    : text.length <= MOST_FRAGMENT_LETTERS;
}

function withoutStop(text: string): string {
  return text.replace(/[.。]$/u, "");
}

/** Classifies words with little meaning. */
export interface EmptyWords {
  readonly isNegation: (word: string) => boolean;
  /** A function word that is not a negation. */
  readonly isGrammar: (word: string) => boolean;
}

/** Uses the words of all languages: a message may be too short to detect its language. */
export function readEmptyWords(languages: readonly GuardLanguage[]): EmptyWords {
  const negations = new Set(languages.flatMap(({ negation }) => [...negation.words]));
  const endings = languages.flatMap(({ negation }) => [...negation.endings]);
  const grammar = new Set(languages.flatMap(({ functionWords }) => [...functionWords]));
  const fold = (word: string) => foldText(word).toLowerCase();
  const denies = (word: string) =>
    negations.has(word) || endings.some((ending) => word.endsWith(ending));
  return {
    isNegation: (word) => denies(fold(word)),
    isGrammar: (word) => grammar.has(fold(word)) && !denies(fold(word)),
  };
}
