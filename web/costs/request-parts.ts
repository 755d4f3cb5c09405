import type { CostRow } from "../api/types.ts";

/**
 * The parts of a bar of requests, from the bottom up: the tier of a hit, a miss, or no lookup (bypass,
 * refresh, or the cache is off).
 */
export const PARTS = ["exact", "semantic", "verified", "miss", "cache not used"] as const;

/** The number of requests in each part; their sum is all requests of the row. */
export function partsOf(row: Pick<CostRow, "requests" | "hits" | "misses"> | undefined): number[] {
  if (row === undefined) return PARTS.map(() => 0);
  const { exact, semantic, verified } = row.hits;
  const lookedUp = exact + semantic + verified + row.misses;
  return [exact, semantic, verified, row.misses, row.requests - lookedUp];
}
