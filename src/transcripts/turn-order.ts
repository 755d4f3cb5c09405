import type { Clock } from "../operations/types.ts";

/** Orders of one millisecond. */
const STEPS = 1_000;

/** The place of a turn among others: by its millisecond, then by its number in it. */
export function orderOf(milliseconds: number, number: number): number {
  return milliseconds * STEPS + Math.min(number, STEPS - 1);
}

/** Gives places that only grow, in this process. */
export function createTurnOrder(now: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, orderOf(now(), 0));
    return last;
  };
}
