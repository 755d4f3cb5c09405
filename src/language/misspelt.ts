import { areSlips } from "./near-spelling.ts";

/** Letters from which a word may have one typo, or two. */
const ONE_SLIP = 3;
const TWO_SLIPS = 8;
/** Letters of a stem that a typo in the ending of its word leaves whole, and letters after it. */
const WHOLE_STEM = 5;
const MOST_ENDING = 2;
const LETTERS = /^\p{L}{4,24}$/u;
/** Words that are often misspelt and are not content. */
const SMALL_WORDS =
  "what when where which while does there their could would should because from with without than then was were".split(
    " ",
  );

/** Whether an unknown stem may be looked up as a typo: letters, and no common word with a typo. */
export function mayBeMisspelt(stem: string): boolean {
  return LETTERS.test(stem) && !isSmallWord(stem);
}

/** Whether an unknown word is a common word with a typo: `waht`. */
export function isSmallWord(word: string): boolean {
  return SMALL_WORDS.some((small) => isMisspelt(word, small));
}

/** Whether the stem of an unknown word may stand for a known stem: a typo in it, or in the ending after it. */
export function isNearStem(typed: string, known: string): boolean {
  const ending = typed.length - known.length;
  if (known.length >= WHOLE_STEM && ending > 0 && ending <= MOST_ENDING) {
    if (typed.startsWith(known)) return true;
  }
  return isMisspelt(typed, known);
}

/** Whether a word is another one with a typo. The first letter is right, or swapped with the second. */
export function isMisspelt(typed: string, meant: string): boolean {
  const shortest = Math.min(typed.length, meant.length);
  const allowed = shortest >= TWO_SLIPS ? 2 : shortest >= ONE_SLIP ? 1 : 0;
  if (allowed === 0 || Math.abs(typed.length - meant.length) > allowed) return false;
  if (typed[0] !== meant[0] && !(typed[0] === meant[1] && typed[1] === meant[0])) return false;
  return areSlips(typed, meant, allowed);
}
