import { sql, type Insertable } from "kysely";
import { isRequest, isShadowCost } from "../usage/beside-requests.ts";
import { QUARTER_MS } from "../usage/local-days.ts";
import type { LedgerEntry } from "../usage/types.ts";
import type { Records, Tables } from "./database.ts";

type QuarterRow = Insertable<Tables["usage_quarters"]>;

/** Rows in one statement; databases bound the number of parameters. */
const BATCH = 100;
const KEY = ["tenant", "quarter", "model"] as const;
const SUMMED = [
  "requests",
  "exact",
  "semantic",
  "verified",
  "misses",
  "prompt_tokens",
  "completion_tokens",
  "cached_prompt_tokens",
  "reasoning_tokens",
  "embedding_tokens",
  "estimated",
  "saved_prompt_tokens",
  "saved_completion_tokens",
  "priced",
  "total_nano_usd",
  "saved_nano_usd",
  "net_saved_nano_usd",
  "shadow_runs",
  "shadow_nano_usd",
] as const;

/** Adds entries that have just come into the ledger, in the same transaction. */
export async function addToQuarters(
  records: Records,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const sums = new Map<string, QuarterRow>();
  for (const entry of entries) {
    const row = toQuarter(entry);
    const name = JSON.stringify(KEY.map((column) => row[column]));
    const before = sums.get(name);
    sums.set(name, before === undefined ? row : addRows(before, row));
  }
  // In one order everywhere, so that two writers never wait for each other.
  const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  for (let start = 0; start < rows.length; start += BATCH) {
    await records
      .insertInto("usage_quarters")
      .values(rows.slice(start, start + BATCH))
      .onConflict((conflict) => conflict.columns([...KEY]).doUpdateSet(grown()))
      .execute();
  }
}

function grown() {
  return Object.fromEntries(
    SUMMED.map((column) => [
      column,
      sql`${sql.ref(`usage_quarters.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
    ]),
  );
}

function toQuarter({
  tenant,
  createdAt,
  usage,
  status,
  tier,
  saved,
  cost,
}: LedgerEntry): QuarterRow {
  const isHit = status === "hit";
  const requests = Number(isRequest(status));
  return {
    tenant,
    quarter: Math.floor(createdAt / QUARTER_MS),
    model: usage.model,
    requests,
    exact: Number(isHit && tier === "exact"),
    semantic: Number(isHit && tier === "semantic"),
    verified: Number(isHit && tier === "verified"),
    misses: Number(status === "miss"),
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    cached_prompt_tokens: usage.cachedPromptTokens,
    reasoning_tokens: usage.reasoningTokens ?? 0,
    embedding_tokens: usage.embeddingTokens,
    estimated: Number(usage.estimated),
    saved_prompt_tokens: saved.promptTokens,
    saved_completion_tokens: saved.completionTokens,
    // As in `ledger-sums.ts`: requests less priced ones are the rows without a price.
    priced: Number(cost.priced) - 1 + requests,
    total_nano_usd: cost.totalNanoUsd,
    saved_nano_usd: cost.savedNanoUsd,
    net_saved_nano_usd: cost.netSavedNanoUsd,
    shadow_runs: Number(status === "shadow"),
    shadow_nano_usd: isShadowCost(status) ? cost.totalNanoUsd : 0n,
  };
}

function addRows(a: QuarterRow, b: QuarterRow): QuarterRow {
  return {
    ...a,
    requests: a.requests + b.requests,
    exact: a.exact + b.exact,
    semantic: a.semantic + b.semantic,
    verified: a.verified + b.verified,
    misses: a.misses + b.misses,
    prompt_tokens: a.prompt_tokens + b.prompt_tokens,
    completion_tokens: a.completion_tokens + b.completion_tokens,
    cached_prompt_tokens: a.cached_prompt_tokens + b.cached_prompt_tokens,
    reasoning_tokens: a.reasoning_tokens + b.reasoning_tokens,
    embedding_tokens: a.embedding_tokens + b.embedding_tokens,
    estimated: a.estimated + b.estimated,
    saved_prompt_tokens: a.saved_prompt_tokens + b.saved_prompt_tokens,
    saved_completion_tokens: a.saved_completion_tokens + b.saved_completion_tokens,
    priced: a.priced + b.priced,
    total_nano_usd: a.total_nano_usd + b.total_nano_usd,
    saved_nano_usd: a.saved_nano_usd + b.saved_nano_usd,
    net_saved_nano_usd: a.net_saved_nano_usd + b.net_saved_nano_usd,
    shadow_runs: a.shadow_runs + b.shadow_runs,
    shadow_nano_usd: a.shadow_nano_usd + b.shadow_nano_usd,
  };
}
