import type { LedgerLine } from "../api/types.ts";
import { sumRows, type Totals } from "./totals.ts";

/** Statuses that are no requests: judge calls, embeddings, shadow runs and their judge calls. */
const NO_REQUEST = new Set(["judged", "embeddings", "shadow", "shadow-judged"]);

/** Adds ledger rows exactly. */
export function sumLines(lines: readonly LedgerLine[]): Totals {
  return sumRows(lines.map(toRow));
}

function toRow({ cache, usage, cost, saved }: LedgerLine): Parameters<typeof sumRows>[0][number] {
  const isHit = (tier: string) => Number(cache.status === "hit" && cache.tier === tier);
  return {
    requests: Number(!NO_REQUEST.has(cache.status)),
    hits: { exact: isHit("exact"), semantic: isHit("semantic"), verified: isHit("verified") },
    misses: Number(cache.status === "miss"),
    usage: { ...usage, estimated_requests: Number(usage.estimated) },
    cost: {
      ...cost,
      currency: "USD",
      unpriced_requests: Number(!cost.priced),
    },
    saved,
  };
}
