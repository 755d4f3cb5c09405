import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { NON_REQUEST_STATUSES, SHADOW_STATUSES } from "../usage/request-cost.ts";
import type { LedgerRange, UsageTotals } from "../usage/types.ts";
import type { Tables } from "./tables.ts";

/** Counts and sums of a group of ledger rows, as selected. */
export interface SumsRow {
  requests: number;
  exact: number;
  semantic: number;
  verified: number;
  misses: number;
  prompt_tokens: number;
  completion_tokens: number;
  cached_prompt_tokens: number;
  reasoning_tokens: number;
  embedding_tokens: number;
  estimated: number;
  saved_prompt_tokens: number;
  saved_completion_tokens: number;
  total: string;
  saved: string;
  net_saved: string;
  priced: number;
  shadow_runs: number;
  shadow: string;
}

const IS_NOT_REQUEST = isOneOf(NON_REQUEST_STATUSES);
const IS_SHADOW_COST = isOneOf(SHADOW_STATUSES);

/**
 * Aggregates over ledger rows. Money is summed as integer nano-dollars and read as text: it can
 * exceed 2^53, and the two drivers return 64-bit sums as different types.
 */
export const LEDGER_SUMS = sumsOf({
  requests: countOf(sql`not (${IS_NOT_REQUEST})`),
  exact: countOf(sql`status = 'hit' and tier = 'exact'`),
  semantic: countOf(sql`status = 'hit' and tier = 'semantic'`),
  verified: countOf(sql`status = 'hit' and tier = 'verified'`),
  misses: countOf(sql`status = 'miss'`),
  // Non-request rows are subtracted here as well, so `requests - priced` counts unpriced requests.
  priced: sql`priced - ${countOf(IS_NOT_REQUEST)}`,
  shadowRuns: countOf(sql`status = 'shadow'`),
  shadow: sql`case when ${IS_SHADOW_COST} then total_nano_usd else 0 end`,
});

/** The same aggregates over rows of `usage_quarters`. */
export const QUARTER_SUMS = sumsOf({
  requests: sql.ref("requests"),
  exact: sql.ref("exact"),
  semantic: sql.ref("semantic"),
  verified: sql.ref("verified"),
  misses: sql.ref("misses"),
  priced: sql.ref("priced"),
  shadowRuns: sql.ref("shadow_runs"),
  shadow: sql.ref("shadow_nano_usd"),
});

type Counts = Record<
  "requests" | "exact" | "semantic" | "verified" | "misses" | "priced" | "shadowRuns" | "shadow",
  RawBuilder<unknown>
>;

function sumsOf(counts: Counts) {
  const { requests, exact, semantic, verified, misses } = counts;
  return [
    sumOf(requests).as("requests"),
    sumOf(exact).as("exact"),
    sumOf(semantic).as("semantic"),
    sumOf(verified).as("verified"),
    sumOf(misses).as("misses"),
    sumOf(sql.ref("prompt_tokens")).as("prompt_tokens"),
    sumOf(sql.ref("completion_tokens")).as("completion_tokens"),
    sumOf(sql.ref("cached_prompt_tokens")).as("cached_prompt_tokens"),
    sumOf(sql.ref("reasoning_tokens")).as("reasoning_tokens"),
    sumOf(sql.ref("embedding_tokens")).as("embedding_tokens"),
    sumOf(sql.ref("estimated")).as("estimated"),
    sumOf(sql.ref("saved_prompt_tokens")).as("saved_prompt_tokens"),
    sumOf(sql.ref("saved_completion_tokens")).as("saved_completion_tokens"),
    moneySum(sql.ref("total_nano_usd")).as("total"),
    moneySum(sql.ref("saved_nano_usd")).as("saved"),
    moneySum(sql.ref("net_saved_nano_usd")).as("net_saved"),
    sumOf(counts.priced).as("priced"),
    sumOf(counts.shadowRuns).as("shadow_runs"),
    moneySum(counts.shadow).as("shadow"),
  ] as const;
}

function isOneOf(statuses: readonly string[]): RawBuilder<unknown> {
  return sql`status in (${sql.join(statuses.map((status) => sql.lit(status)))})`;
}

function countOf(condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${condition} then 1 else 0 end`;
}

function sumOf(value: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`cast(sum(${value}) as bigint)`;
}

function moneySum(value: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`cast(sum(${value}) as text)`;
}

/** Converts sums of at least one row; sums of no rows are null. */
export function toTotals(row: SumsRow): UsageTotals {
  return {
    requests: row.requests,
    hits: { exact: row.exact, semantic: row.semantic, verified: row.verified },
    misses: row.misses,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    cachedPromptTokens: row.cached_prompt_tokens,
    reasoningTokens: row.reasoning_tokens,
    embeddingTokens: row.embedding_tokens,
    estimated: row.estimated,
    saved: { promptTokens: row.saved_prompt_tokens, completionTokens: row.saved_completion_tokens },
    totalNanoUsd: BigInt(row.total),
    savedNanoUsd: BigInt(row.saved),
    netSavedNanoUsd: BigInt(row.net_saved),
    unpriced: row.requests - row.priced,
    shadow: { runs: row.shadow_runs, nanoUsd: BigInt(row.shadow) },
  };
}

/** Restricts a query on the ledger to a range. */
export function withinRange<Row>(
  rows: SelectQueryBuilder<Tables, "usage", Row>,
  { tenant, from, to, conversationId }: LedgerRange,
): SelectQueryBuilder<Tables, "usage", Row> {
  let found = rows;
  if (tenant !== undefined) found = found.where("tenant", "=", tenant);
  if (from !== undefined) found = found.where("created_at", ">=", from);
  if (to !== undefined) found = found.where("created_at", "<", to);
  if (conversationId !== undefined) found = found.where("conversation_id", "=", conversationId);
  return found;
}
