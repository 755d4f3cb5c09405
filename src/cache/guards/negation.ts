import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import type { Token } from "./tokens.ts";

/** What a question negates. Words are base forms. */
export interface Polarity {
  /** The negated words: `start` of `doesn't start`. A double negation cancels out. */
  readonly denied: ReadonlySet<string>;
  /** Number of negations. */
  readonly count: number;
  /** All words of the question. */
  readonly said: ReadonlySet<string>;
  /** The content words, without the negations. */
  readonly content: ReadonlySet<string>;
  /** Words that may replace a negation: `avoid`. */
  readonly implicit: ReadonlySet<string>;
}

/**
 * Minimum share of common content words for a "not" in one question to count. Rewordings with less in common
 * describe the problem ("it doesn't work", "without losing it") and ask the same:
 * docs/decisions/2026-11-25-a-negation-among-the-same-words.md.
 */
const NEARLY_THE_SAME_WORDS = 0.6;

/** Finds the negations that change the question, each with the negated word. */
export function createPolarityReader(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Polarity {
  const { negation } = language;
  const keysOf = (words: readonly string[]) =>
    new Set(words.flatMap((word) => tokenise(word)).map(({ key }) => key));
  const implicit = keysOf(negation.implicit);
  const light = new Set(negation.light.length > 0 ? negation.light : language.functionWords);
  const grammar = new Set([...language.functionWords, ...negation.light]);
  const places = createNegationFinder(language, tokenise);
  const isLight = (token: Token) => light.has(token.word);
  return (tokens) => {
    const denied = new Set<string>();
    const found = places(tokens);
    for (const place of found) {
      const key = deniedBy(tokens, place, negation.denies, isLight);
      if (key !== undefined && !denied.delete(key)) denied.add(key);
    }
    const said = new Set(tokens.map(({ key }) => key));
    const avoided = new Set([...implicit].filter((key) => said.has(key)));
    const negations = new Set(found);
    const weighty = tokens.filter(
      ({ kind, word }, index) => kind !== "sign" && !negations.has(index) && !grammar.has(word),
    );
    const content = new Set(weighty.map(({ key }) => key));
    return { denied, count: found.length, said, content, implicit: avoided };
  };
}

/** Finds the indexes of the negations. */
function createNegationFinder(
  { negation, functionWords }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => readonly number[] {
  const phrases = createPhrases(
    [
      ...negation.quiet.map((phrase) => [phrase, "quiet"] as const),
      ...negation.open.map((phrase) => [phrase, "open"] as const),
    ],
    tokenise,
  );
  const negatives = new Set(negation.words);
  const polite = new Set(negation.polite);
  const grammar = new Set(functionWords);
  const isNegation = ({ word }: Token) =>
    negatives.has(word) || negation.endings.some((ending) => word.endsWith(ending));
  const isNegative = (token: Token) =>
    isNegation(token) && !(token.startsSentence && polite.has(token.word));
  // `Don't you sell it?` is a polite question, `Don't sell it` a prohibition.
  const forbids = (tokens: readonly Token[], index: number) => {
    const next = tokens[index + 1];
    const isSentence = tokens.slice(index).every(({ word }) => word !== "?");
    return isSentence && next?.kind === "word" && !grammar.has(next.word);
  };
  return (tokens) => {
    const places: number[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index];
      const phrase = phrases.at(tokens, index);
      // After `whether`, a yes-no question has no polarity.
      if (token === undefined || phrase?.value === "open") break;
      if (phrase !== undefined) index += phrase.length - 1;
      else if (isNegative(token) || (isNegation(token) && forbids(tokens, index)))
        places.push(index);
    }
    return places;
  };
}

/** The negated word is at most this many tokens from the negation. */
const REACH = 6;

/** The first content word next to the negation: `not [very] safe`, `doesn't [it] start`. */
function deniedBy(
  tokens: readonly Token[],
  place: number,
  side: GuardLanguage["negation"]["denies"],
  isLight: (token: Token) => boolean,
): string | undefined {
  const behind = () => firstWeighty(tokens.slice(place + 1, place + 1 + REACH), isLight);
  const before = () =>
    firstWeighty(tokens.slice(Math.max(0, place - REACH), place).toReversed(), isLight);
  if (side === "behind") return behind();
  return side === "around" ? (behind() ?? before()) : (before() ?? behind());
}

function firstWeighty(
  tokens: readonly Token[],
  isLight: (token: Token) => boolean,
): string | undefined {
  for (const token of tokens) {
    if (token.kind === "sign" && !token.glued) continue;
    if (token.kind === "sign") return undefined;
    if (!isLight(token)) return token.key;
  }
  return undefined;
}

/**
 * True if, among nearly the same words, one question negates a word that the other uses without negation. With
 * equally many negations only their position differs: `Why isn't Ann here` and `Why is Ann not here`.
 */
export function negationDiffers(asked: Polarity, stored: Polarity): boolean {
  if (asked.count === stored.count) return false;
  if (sharedPart(asked.content, stored.content) < NEARLY_THE_SAME_WORDS) return false;
  return contradicts(asked, stored) || contradicts(stored, asked);
}

function contradicts(denying: Polarity, plain: Polarity): boolean {
  if ([...plain.implicit].some((word) => !denying.implicit.has(word))) return false;
  return [...denying.denied].some((word) => plain.said.has(word) && !plain.denied.has(word));
}

/** Share of the larger set; 1 if both are empty. */
function sharedPart(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const most = Math.max(one.size, other.size);
  const shared = [...one].filter((word) => other.has(word)).length;
  return most === 0 ? 1 : shared / most;
}
