import type { GuardLanguage } from "./guard-language.ts";
import { isNearSpelling } from "./near-spelling.ts";
import { hasOwnPlace, type Places } from "./places.ts";
import type { Token } from "./tokens.ts";
import { mentions, type Vocabulary } from "./vocabulary.ts";

/** Names looked at in each question; more than these say nothing of what is asked. */
const MOST_NAMES = 24;

/** Finds the words that are written as names: a capital where grammar asks for none. */
export function createNameReader(
  language: GuardLanguage,
): (tokens: readonly Token[], taken: ReadonlySet<number>) => readonly Token[] {
  const common = new Set([...language.functionWords, ...language.capitalised]);
  // `US`, `IT` and `IN` are names where the words around them are not in capitals too.
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

/** The first word of a sentence is a name only when it has a capital inside: `LaTeX`, `NASA`. */
function isName({ kind, raw, startsSentence }: Token): boolean {
  if (kind !== "word" || raw.length < 2) return false;
  return startsSentence ? /^.+\p{Lu}/u.test(raw) : /^\p{Lu}/u.test(raw);
}

/** `HOW DO I SIGN IN` and `How Do I Sign In` write every word as a name. */
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

/** What of a question names are compared with. */
export interface Named {
  readonly names: readonly Token[];
  readonly places: Places;
  readonly vocabulary: Vocabulary;
}

/**
 * True when each question has a name of its own, or one a name and the other a place; one that is
 * only left out says nothing.
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
