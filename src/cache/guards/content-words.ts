import type { GuardLanguage } from "./guard-language.ts";
import { isNearSpelling } from "./near-spelling.ts";
import { createSplitVerbs } from "./split-verbs.ts";
import type { Token } from "./tokens.ts";
import type { GuardFinding } from "./types.ts";

/** Words compared with each other; longer questions differ in more than a word. */
const MOST_WORDS = 40;
/** Shortest beginning, in letters, that makes two words forms of one; of shorter words all but a letter. */
const SHORTEST_STEM = 4;
const SHORTEST_WORD = 3;

/** A word of content. */
export interface ContentWord {
  readonly key: string;
  /** Families of opposites that it belongs to: `gratis` and `kostenlos` share one. */
  readonly families: readonly string[];
}

/** Finds the words that carry meaning; none where the language does not compare them. */
export function createContentReader(
  language: GuardLanguage,
  baseForm: (word: string) => string,
): (tokens: readonly Token[]) => readonly ContentWord[] {
  const { comparesWords, functionWords, hasNounCapitals } = language;
  if (!comparesWords) return () => [];
  const grammar = new Set(functionWords);
  const families = familiesOf(language, baseForm);
  const { isParticle, withoutInfix } = createSplitVerbs(language);
  // The plan `Solo` is not the word `solo`.
  const isName = ({ raw, startsSentence }: Token) =>
    !hasNounCapitals && !startsSentence && /^\p{Lu}\p{Ll}/u.test(raw);
  const isContent = (token: Token) =>
    isName(token) || !(grammar.has(token.word) || grammar.has(token.key));
  return (tokens) => {
    const content: string[] = [];
    /** Place of the clause's verb, its first word of content. */
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

/** The families of opposites of each single word. */
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
 * Soft where each question has a word that the other has in no form: one thing or action may stand for
 * another, `copy` for `delete`, and the similarity of an embedder that was made for English says little.
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
