import type { CostRow } from "../api/types.ts";

/**
 * What requests are told apart by, from the bottom of a bar up: the tier that served, a miss, or
 * never looked up: past the cache, to be answered anew, or with the cache off.
 */
export const PARTS = ["exact", "semantic", "verified", "miss", "not looked up"] as const;

/** How many requests of a row are each part; together they are all of them. */
export function partsOf(row: Pick<CostRow, "requests" | "hits" | "misses"> | undefined): number[] {
  if (row === undefined) return PARTS.map(() => 0);
  const { exact, semantic, verified } = row.hits;
  const lookedUp = exact + semantic + verified + row.misses;
  return [exact, semantic, verified, row.misses, row.requests - lookedUp];
}
