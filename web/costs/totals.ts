import type { CostRow } from "../api/types.ts";
import { toNanoUsd } from "../format/money.ts";

/** Sums over rows; money in whole nano-dollars. */
export interface Totals {
  readonly requests: number;
  readonly exact: number;
  readonly semantic: number;
  readonly verified: number;
  readonly misses: number;
  readonly tokens: number;
  readonly savedTokens: number;
  readonly spent: bigint;
  readonly saved: bigint;
  readonly netSaved: bigint;
  readonly unpriced: number;
}

const NOTHING: Totals = {
  requests: 0,
  exact: 0,
  semantic: 0,
  verified: 0,
  misses: 0,
  tokens: 0,
  savedTokens: 0,
  spent: 0n,
  saved: 0n,
  netSaved: 0n,
  unpriced: 0,
};

type Summed = Pick<CostRow, "requests" | "hits" | "misses" | "usage" | "saved"> & {
  readonly cost: Omit<CostRow["cost"], "shadow">;
};

/** Adds rows exactly. */
export function sumRows(rows: readonly Summed[]): Totals {
  return rows.reduce<Totals>(
    (sum, { requests, hits, misses, usage, cost, saved }) => ({
      requests: sum.requests + requests,
      exact: sum.exact + hits.exact,
      semantic: sum.semantic + hits.semantic,
      verified: sum.verified + hits.verified,
      misses: sum.misses + misses,
      tokens: sum.tokens + usage.total_tokens,
      savedTokens: sum.savedTokens + saved.total_tokens,
      spent: sum.spent + toNanoUsd(cost.total),
      saved: sum.saved + toNanoUsd(cost.saved),
      netSaved: sum.netSaved + toNanoUsd(cost.net_saved),
      unpriced: sum.unpriced + cost.unpriced_requests,
    }),
    NOTHING,
  );
}

/** The hit rate of lookups; undefined before the first. */
export function hitRateOf({ exact, semantic, verified, misses }: Totals): number | undefined {
  const hits = exact + semantic + verified;
  return hits + misses === 0 ? undefined : hits / (hits + misses);
}
