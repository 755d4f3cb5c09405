import type { GuardLanguage } from "./guard-language.ts";
import { isNearSpelling } from "../../language/near-spelling.ts";
import { hasOwnPlace, type Places } from "./places.ts";
import type { Token } from "./tokens.ts";
import { mentions, type Vocabulary } from "./vocabulary.ts";

/** Maximum names read per question; further ones are not significant. */
const MOST_NAMES = 24;

/** Finds names: words with a capital that grammar does not require. */
export function createNameReader(
  language: GuardLanguage,
): (tokens: readonly Token[], taken: ReadonlySet<number>) => readonly Token[] {
  const common = new Set([...language.functionWords, ...language.capitalised]);
  // `US`, `IT` and `IN` are names unless the surrounding words are in upper case too.
  const isCommon = ({ word, raw }: Token) =>
    common.has(word) && (raw.length < 2 || raw !== raw.toUpperCase());
  if (language.hasNounCapitals) return () => [];
  return (tokens, taken) => {
    if (saysNothingByCase(tokens, ({ word }) => common.has(word))) return [];
    return tokens
      .filter((token, at) => isName(token) && !isCommon(token) && !taken.has(at))
      .slice(0, MOST_NAMES);
  };
}

/** The first word of a sentence is a name only with a capital inside: `LaTeX`, `NASA`. */
function isName({ kind, raw, startsSentence }: Token): boolean {
  if (kind !== "word" || raw.length < 2) return false;
  return startsSentence ? /^.+\p{Lu}/u.test(raw) : /^\p{Lu}/u.test(raw);
}

/** `HOW DO I SIGN IN` and `How Do I Sign In` capitalise every word. */
function saysNothingByCase(
  tokens: readonly Token[],
  isGrammar: (token: Token) => boolean,
): boolean {
  const inside = tokens.filter(
    ({ kind, raw, startsSentence }) => kind === "word" && !startsSentence && raw !== "I",
  );
  const grammar = inside.filter(isGrammar);
  const raised = grammar.filter(({ raw }) => /^\p{Lu}/u.test(raw));
  if (grammar.length > 0) return raised.length * 2 > grammar.length;
  return inside.length > 2 && inside.every(({ raw }) => raw === raw.toUpperCase());
}

/** The parts of a question that are needed to compare names. */
export interface Named {
  readonly names: readonly Token[];
  readonly places: Places;
  readonly vocabulary: Vocabulary;
}

/**
 * True if each question has a name of its own, or one a name and the other a place. A name that is only missing
 * does not count.
 */
export function namesDiffer(asked: Named, stored: Named): boolean {
  const left = ownNames(asked, stored);
  const right = ownNames(stored, asked);
  const [leftNames, rightNames] = [withoutSlips(left, right), withoutSlips(right, left)];
  if (leftNames.length === 0 && rightNames.length === 0) return false;
  const hasOwn = (names: readonly Token[], named: Named, other: Named) =>
    names.length > 0 || hasOwnPlace(named.places.places, other.places.places);
  return hasOwn(leftNames, asked, stored) && hasOwn(rightNames, stored, asked);
}

function ownNames({ names }: Named, { vocabulary }: Named): readonly Token[] {
  return names.filter((name) => !mentions(vocabulary, name));
}

function withoutSlips(names: readonly Token[], others: readonly Token[]): readonly Token[] {
  return names.filter(({ word }) => !others.some((other) => isNearSpelling(word, other.word)));
}
