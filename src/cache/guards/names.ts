import type { GuardLanguage } from "./guard-language.ts";
import { isNearSpelling } from "./near-spelling.ts";
import type { Token } from "./tokens.ts";
import { mentions, type Vocabulary } from "./vocabulary.ts";

/** Names looked at in each question; more than these say nothing of what is asked. */
const MOST_NAMES = 24;

/** Finds the words that are written as names: a capital where grammar asks for none. */
export function createNameReader(
  language: GuardLanguage,
): (tokens: readonly Token[], taken: ReadonlySet<number>) => readonly Token[] {
  const common = new Set([...language.functionWords, ...language.capitalised]);
  const isGrammar = (token: Token) => common.has(token.word);
  return (tokens, taken) => {
    if (saysNothingByCase(tokens, isGrammar)) return [];
    return tokens
      .filter((token, at) => isName(token) && !isGrammar(token) && !taken.has(at))
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
  readonly vocabulary: Vocabulary;
}

/** True when each question has a name of its own; one that is only left out says nothing. */
export function namesDiffer(asked: Named, stored: Named): boolean {
  const left = ownNames(asked, stored);
  const right = ownNames(stored, asked);
  const isSlip = (name: Token, others: readonly Token[]) =>
    others.some(({ word }) => isNearSpelling(name.word, word));
  return left.some((name) => !isSlip(name, right)) && right.some((name) => !isSlip(name, left));
}

function ownNames({ names }: Named, { vocabulary }: Named): readonly Token[] {
  return names.filter((name) => !mentions(vocabulary, name));
}
