import type { Lexicon } from "./lexicon.ts";
import type { Word } from "./read-words.ts";

/** Minimum share of function words in a text of the language. */
const LEAST_SHARE = 0.2;

/**
 * The languages that fit a text best: the one with its letters, or those that most words match. Empty if none
 * fits.
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
