import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import type { Token } from "./tokens.ts";

/** How a question denies. */
export interface Polarity {
  /** An odd number of negations. */
  readonly negative: boolean;
  /** A word that may stand for a negation: `avoid`. */
  readonly implicit: ReadonlySet<string>;
}

/** Counts the negations that change what is asked. */
export function createPolarityReader(
  { negation }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Polarity {
  const quiet = createPhrases(
    negation.quiet.map((phrase) => [phrase, true]),
    tokenise,
  );
  const negatives = new Set(negation.words);
  const polite = new Set(negation.polite);
  const implicit = new Set(
    negation.implicit.flatMap((word) => tokenise(word)).map(({ key }) => key),
  );
  const isNegative = ({ word }: Token) =>
    negatives.has(word) || negation.endings.some((ending) => word.endsWith(ending));
  return (tokens) => {
    let count = 0;
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index];
      if (token === undefined) break;
      const skipped = quiet.at(tokens, index);
      if (skipped !== undefined) index += skipped.length - 1;
      else if (isNegative(token) && !(token.startsSentence && polite.has(token.word))) count += 1;
    }
    const found = tokens.map(({ key }) => key).filter((key) => implicit.has(key));
    return { negative: count % 2 === 1, implicit: new Set(found) };
  };
}

/** True when one question denies what the other does not, in no other words either. */
export function negationDiffers(asked: Polarity, stored: Polarity): boolean {
  if (asked.negative === stored.negative) return false;
  const [denying, plain] = asked.negative ? [asked, stored] : [stored, asked];
  return [...plain.implicit].every((word) => denying.implicit.has(word));
}
