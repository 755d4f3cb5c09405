import type { GuardLanguage } from "./guard-language.ts";
import { isNearSpelling } from "../../language/near-spelling.ts";
import { createSplitVerbs } from "./split-verbs.ts";
import type { Token } from "./tokens.ts";
import type { GuardFinding } from "./types.ts";

/** Maximum compared words; longer questions differ in more than one word. */
const MOST_WORDS = 40;
/** Minimum common beginning, in letters, of two forms of a word. A three-letter word may gain one letter. */
const SHORTEST_STEM = 4;
const SHORTEST_WORD = 3;

/** A content word. */
export interface ContentWord {
  readonly key: string;
  /** Its families of opposites: `gratis` and `kostenlos` share one. */
  readonly families: readonly string[];
}

/** Finds content words; none if the language does not compare them. */
export function createContentReader(
  language: GuardLanguage,
  baseForm: (word: string) => string,
): (tokens: readonly Token[]) => readonly ContentWord[] {
  const { comparesWords, functionWords, hasNounCapitals } = language;
  if (!comparesWords) return () => [];
  const grammar = new Set(functionWords);
  const families = familiesOf(language, baseForm);
  const { isParticle, withoutInfix } = createSplitVerbs(language);
  // A name is not a content word: the plan `Solo` is not the word `solo`.
  const isName = ({ raw, startsSentence }: Token) =>
    !hasNounCapitals && !startsSentence && /^\p{Lu}\p{Ll}/u.test(raw);
  const isContent = (token: Token) =>
    isName(token) || !(grammar.has(token.word) || grammar.has(token.key));
  return (tokens) => {
    const content: string[] = [];
    /** Index of the clause's verb: its first content word. */
    let verb = 0;
    for (const [index, token] of tokens.entries()) {
      if (token.kind === "sign") verb = content.length;
      if (token.kind !== "word") continue;
      const stem = content[verb];
      if (stem !== undefined && isParticle(tokens, index)) content[verb] = token.word + stem;
      else if (isContent(token)) content.push(baseForm(withoutInfix(token.word)));
    }
    return content.map((key) => ({ key, families: families.get(key) ?? [] }));
  };
}

/** The families of opposites of each word. */
function familiesOf(
  { opposites }: GuardLanguage,
  baseForm: (word: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const families = new Map<string, string[]>();
  for (const [group, sides] of opposites.entries()) {
    for (const [side, phrases] of sides.entries()) {
      for (const key of phrases.filter((phrase) => !phrase.includes(" ")).map(baseForm)) {
        families.set(key, [...(families.get(key) ?? []), `${group}:${side}`]);
      }
    }
  }
  return families;
}

/**
 * Soft if each question has a word that the other has in no form: it may be another thing or action, such as
 * `copy` and `delete`. Similarity is less reliable here, since most embedders are made for English.
 */
export function compareWords(
  asked: readonly ContentWord[],
  stored: readonly ContentWord[],
): GuardFinding["strength"] | undefined {
  const [left, right] = [asked.slice(0, MOST_WORDS), stored.slice(0, MOST_WORDS)];
  return hasOwn(left, right) && hasOwn(right, left) ? "soft" : undefined;
}

function hasOwn(words: readonly ContentWord[], others: readonly ContentWord[]): boolean {
  const known = new Set(others.flatMap(({ key, families }) => [key, ...families]));
  return words.some(
    ({ key, families }) =>
      !known.has(key) &&
      !families.some((family) => known.has(family)) &&
      !others.some((other) => isFormOf(key, other.key)),
  );
}

function isFormOf(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const isStem =
    short.length >= SHORTEST_STEM ||
    (short.length >= SHORTEST_WORD && long.length === short.length + 1);
  return (isStem && long.startsWith(short)) || isNearSpelling(one, other);
}
