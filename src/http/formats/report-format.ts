import { hitRate } from "../../usage/add-totals.ts";
import { formatNanoUsd } from "../../usage/money.ts";
import type { LedgerEntry, ReportGroup, ReportRow, UsageTotals } from "../../usage/types.ts";
import { toCostBody } from "./reply-format.ts";

/** The name of a row's key. */
const KEY_NAMES = {
  hour: "hour",
  day: "day",
  model: "model",
  conversation: "conversation_id",
  user: "user_id",
  tenant: "tenant",
} as const satisfies Record<ReportGroup, string>;

/** Totals in the names of the API. */
export function toTotalsBody(totals: UsageTotals) {
  const { saved } = totals;
  return {
    requests: totals.requests,
    hits: totals.hits,
    misses: totals.misses,
    hit_rate: Number(hitRate(totals).toFixed(4)),
    usage: {
      prompt_tokens: totals.promptTokens,
      completion_tokens: totals.completionTokens,
      total_tokens: totals.promptTokens + totals.completionTokens,
      cached_prompt_tokens: totals.cachedPromptTokens,
      reasoning_tokens: totals.reasoningTokens,
      embedding_tokens: totals.embeddingTokens,
      estimated_requests: totals.estimated,
    },
    cost: {
      ...toCostBody({ ...totals, priced: totals.unpriced === 0 }),
      unpriced_requests: totals.unpriced,
      shadow: formatNanoUsd(totals.shadow.nanoUsd),
    },
    saved: {
      prompt_tokens: saved.promptTokens,
      completion_tokens: saved.completionTokens,
      total_tokens: saved.promptTokens + saved.completionTokens,
    },
  };
}

export function toReportRowBody({ key, totals }: ReportRow, groupBy: ReportGroup) {
  return { [KEY_NAMES[groupBy]]: key, ...toTotalsBody(totals) };
}

/** A ledger entry in the names of the API. */
export function toEntryBody(entry: LedgerEntry) {
  const { usage, saved } = entry;
  return {
    id: entry.id,
    created_at: new Date(entry.createdAt).toISOString(),
    tenant: entry.tenant,
    conversation_id: entry.conversationId,
    user_id: entry.userId,
    cache: { status: entry.status, tier: entry.tier },
    finish_reason: entry.finishReason,
    usage: {
      model: usage.model,
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      total_tokens: usage.totalTokens,
      cached_prompt_tokens: usage.cachedPromptTokens,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
      reasoning_tokens: usage.reasoningTokens ?? 0,
      embedding_tokens: usage.embeddingTokens,
      estimated: usage.estimated,
    },
    cost: toCostBody(entry.cost),
    saved: {
      prompt_tokens: saved.promptTokens,
      completion_tokens: saved.completionTokens,
      total_tokens: saved.promptTokens + saved.completionTokens,
    },
    total_ms: entry.totalMs,
  };
}

/** A report as a table with a header (RFC 4180). */
export function toReportCsv(rows: readonly ReportRow[], groupBy: ReportGroup): string {
  const lines = rows.map(({ key, totals }) => [textCell(key ?? ""), ...numberCells(totals)]);
  return [[KEY_NAMES[groupBy], ...NUMBER_COLUMNS], ...lines]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}

const NUMBER_COLUMNS = [
  "requests",
  "hits_exact",
  "hits_semantic",
  "hits_verified",
  "misses",
  "hit_rate",
  "prompt_tokens",
  "completion_tokens",
  "cached_prompt_tokens",
  "reasoning_tokens",
  "embedding_tokens",
  "saved_prompt_tokens",
  "saved_completion_tokens",
  "cost_usd",
  "saved_usd",
  "net_saved_usd",
  "unpriced_requests",
  "shadow_usd",
];

function numberCells(totals: UsageTotals): (string | number)[] {
  const { hits, saved } = totals;
  return [
    totals.requests,
    hits.exact,
    hits.semantic,
    hits.verified,
    totals.misses,
    hitRate(totals).toFixed(4),
    totals.promptTokens,
    totals.completionTokens,
    totals.cachedPromptTokens,
    totals.reasoningTokens,
    totals.embeddingTokens,
    saved.promptTokens,
    saved.completionTokens,
    formatNanoUsd(totals.totalNanoUsd),
    formatNanoUsd(totals.savedNanoUsd),
    formatNanoUsd(totals.netSavedNanoUsd),
    totals.unpriced,
    formatNanoUsd(totals.shadow.nanoUsd),
  ];
}

/** A text that a spreadsheet would run as a formula is marked as text by an apostrophe. */
function textCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
