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
  const open = createPhrases(
    negation.open.map((phrase) => [phrase, true]),
    tokenise,
  );
  const isNegative = ({ word }: Token) =>
    negatives.has(word) || negation.endings.some((ending) => word.endsWith(ending));
  const isPolite = ({ word, startsSentence }: Token) => startsSentence && polite.has(word);
  const denies = (token: Token) => isNegative(token) && !isPolite(token);
  return (tokens) => {
    let count = 0;
    let isOpen = false;
    let isAside = false;
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index];
      if (token === undefined) break;
      if (token.raw === "(" || token.raw === ")") isAside = token.raw === "(";
      const skipped = quiet.at(tokens, index);
      if (open.at(tokens, index) !== undefined) isOpen = true;
      else if (skipped !== undefined) index += skipped.length - 1;
      else if (!isAside && !isOpen && denies(token)) count += 1;
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
