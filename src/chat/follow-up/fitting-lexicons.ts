import type { Lexicon } from "./lexicon.ts";
import type { Word } from "./read-words.ts";

/** Least share of words that carry grammar in a text of the language. */
const LEAST_SHARE = 0.2;

/**
 * The languages that a text fits best: the one whose letters it has, or those that most of its words fit.
 * Empty where none fits.
 *
 * @param low the words in lower case
 */
export function fittingLexicons(
  words: readonly Word[],
  low: string,
  lexicons: readonly Lexicon[],
): readonly Lexicon[] {
  const byLetters = lexicons.find(({ letters }) => letters?.test(low) === true);
  if (byLetters !== undefined) return [byLetters];
  const known = lexicons.map(({ words: { functionWords } }) => {
    let count = 0;
    for (const { lower } of words) if (functionWords.has(lower)) count += 1;
    return count;
  });
  const most = Math.max(0, ...known);
  if (most === 0 || most < words.length * LEAST_SHARE) return [];
  return lexicons.filter((_lexicon, index) => known[index] === most);
}
