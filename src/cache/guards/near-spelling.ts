/** Longest words that are compared letter by letter. */
const LONGEST = 24;
/** Words of these lengths, in letters, may have one slip, or two. */
const ONE_SLIP = 5;
const TWO_SLIPS = 9;

/** True for words that differ as a slip of the keyboard does: `Micheal`, `Michael`. Short words must be equal. */
export function isNearSpelling(one: string, other: string): boolean {
  if (one === other) return true;
  const shortest = Math.min(one.length, other.length);
  if (Math.max(one.length, other.length) > LONGEST || shortest < ONE_SLIP) return false;
  return slips(one, other, shortest < TWO_SLIPS ? 1 : 2);
}

/**
 * True when at most `allowed` letters were put in, left out, exchanged or swapped with their
 * neighbour: goes past what is equal and tries each slip at the first difference.
 */
function slips(one: string, other: string, allowed: number): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, otherRest] = [one.slice(at), other.slice(at)];
  if (rest === "" || otherRest === "") return rest.length + otherRest.length <= allowed;
  if (allowed === 0) return false;
  const left = allowed - 1;
  return (
    slips(rest.slice(1), otherRest, left) ||
    slips(rest, otherRest.slice(1), left) ||
    slips(rest.slice(1), otherRest.slice(1), left) ||
    (rest[0] === otherRest[1] &&
      rest[1] === otherRest[0] &&
      slips(rest.slice(2), otherRest.slice(2), left))
  );
}
