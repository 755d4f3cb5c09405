import type { EndedTurn, SetAsideTurn, TurnStore } from "./types.ts";

/** Failures after which the rest of a batch is left for later: while nothing was taken, and at all. */
const FAILURES_WITHOUT_SUCCESS = 12;
const FAILURES = 40;

/** What became of a batch; what is in neither list is recorded. */
export interface BatchResult {
  /** Turns that the record did not take by themselves, and those that wait for a locked row. */
  readonly aside: readonly SetAsideTurn[];
  /** Turns that were not tried by themselves: the record took too few of the others. */
  readonly untried: readonly EndedTurn[];
}

/**
 * Records a batch. A part that fails is halved, so that turns which cannot be recorded are found in a few
 * steps and hold up no others.
 *
 * @throws what the record threw when it is away: all turns may be given to it once more
 */
export async function recordBatch(
  store: TurnStore,
  turns: readonly EndedTurn[],
): Promise<BatchResult> {
  const aside: SetAsideTurn[] = [];
  const parts = turns.length === 0 ? [] : [turns];
  let failures = 0;
  let isTaking = false;
  while (failures < (isTaking ? FAILURES : FAILURES_WITHOUT_SUCCESS)) {
    const part = parts.pop();
    if (part === undefined) break;
    try {
      aside.push(...(await store.record(part)));
      isTaking = true;
    } catch (error) {
      failures += 1;
      // Throws as well where the record is away.
      await store.missing(part.slice(0, 1));
      const [turn] = part;
      const middle = Math.ceil(part.length / 2);
      if (part.length > 1) parts.push(part.slice(middle), part.slice(0, middle));
      else if (turn !== undefined) aside.push({ turn, cause: error });
    }
  }
  return { aside, untried: parts.toReversed().flat() };
}
