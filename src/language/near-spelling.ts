/** Maximum length of a word for this comparison, in letters. */
const LONGEST = 24;
/** Minimum lengths of words that may have one typo, or two. */
const ONE_SLIP = 5;
const TWO_SLIPS = 9;

/** True for words that differ by a typo: `Micheal`, `Michael`. Short words must be equal. */
export function isNearSpelling(one: string, other: string): boolean {
  if (one === other) return true;
  const shortest = Math.min(one.length, other.length);
  if (Math.max(one.length, other.length) > LONGEST || shortest < ONE_SLIP) return false;
  return areSlips(one, other, shortest < TWO_SLIPS ? 1 : 2);
}

/**
 * True if at most `allowed` letters were inserted, omitted, replaced or swapped with a neighbour. Skips the
 * common beginning and tries each typo at the first difference.
 */
export function areSlips(one: string, other: string, allowed: number): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, otherRest] = [one.slice(at), other.slice(at)];
  if (rest.length + otherRest.length <= allowed) return true;
  if (allowed === 0) return false;
  const goesOn = (skipped: number, otherSkipped: number) =>
    areSlips(rest.slice(skipped), otherRest.slice(otherSkipped), allowed - 1);
  return goesOn(1, 0) || goesOn(0, 1) || goesOn(1, 1) || (isSwap(rest, otherRest) && goesOn(2, 2));
}

function isSwap(one: string, other: string): boolean {
  return one.length > 1 && one[0] === other[1] && one[1] === other[0];
}
