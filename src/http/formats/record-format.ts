import type { ConversationSummary, TranscriptMessage } from "../../transcripts/types.ts";
import { hitRate } from "../../usage/request-cost.ts";
import { formatNanoUsd } from "../../usage/prices.ts";
import type { LedgerEntry, ReportGroup, ReportRow, UsageTotals } from "../../usage/types.ts";
import type { BodyOf } from "../described-body.ts";
import type {
  conversationSummarySchema,
  ledgerEntrySchema,
  totalsSchema,
  transcriptMessageSchema,
} from "../schemas/record-schemas.ts";
import { toCitationBody, toCostBody, toSavedBody } from "./reply-format.ts";

const toTime = (milliseconds: number) => new Date(milliseconds).toISOString();

/** A conversation in a listing, with the API's field names. */
export function toConversationBody(
  conversation: ConversationSummary,
): BodyOf<typeof conversationSummarySchema> {
  const { id, title, messages } = conversation;
  return {
    id,
    title,
    user_id: conversation.userId,
    forked_from: conversation.forkedFrom,
    messages,
    created_at: toTime(conversation.createdAt),
    updated_at: toTime(conversation.updatedAt),
  };
}

/** A transcript message with the API's field names. */
export function toMessageBody({
  id,
  role,
  content,
  createdAt,
  details,
}: TranscriptMessage): BodyOf<typeof transcriptMessageSchema> {
  return {
    id,
    role,
    content,
    created_at: toTime(createdAt),
    ...(details !== null && {
      model: details.model,
      cache: { status: details.status, tier: details.tier },
      finish_reason: details.finishReason,
      citations: details.citations.map(toCitationBody),
    }),
  };
}

/** A conversation as Markdown for people. The text of messages is unchanged. */
export function toMarkdown(
  { id, title, createdAt }: ConversationSummary,
  messages: readonly TranscriptMessage[],
): string {
  const parts = messages.map(({ role, content, createdAt, details }) => {
    const who = role === "user" ? "Question" : "Answer";
    const titles = new Set(details?.citations.map((citation) => citation.title));
    const sources = titles.size === 0 ? "" : `\n\nSources: ${[...titles].map(escape).join("; ")}`;
    return `## ${who}, ${toTime(createdAt)}\n\n${content}${sources}\n`;
  });
  return `# ${escape(title)}\n\nConversation ${id}, begun ${toTime(createdAt)}\n\n${parts.join("\n")}`;
}

function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, "\\$&");
}

/** Name of the key column. */
const KEY_NAMES = {
  hour: "hour",
  day: "day",
  model: "model",
  conversation: "conversation_id",
  user: "user_id",
  tenant: "tenant",
} as const satisfies Record<ReportGroup, string>;

/** Totals with the API's field names. */
export function toTotalsBody(totals: UsageTotals): BodyOf<typeof totalsSchema> {
  return {
    requests: totals.requests,
    hits: { ...totals.hits },
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
    saved: toSavedBody(sumOf(totals.saved)),
  };
}

export function toReportRowBody({ key, totals }: ReportRow, groupBy: ReportGroup) {
  return { [KEY_NAMES[groupBy]]: key, ...toTotalsBody(totals) };
}

/** A ledger entry with the API's field names. */
export function toLedgerBody(entry: LedgerEntry): BodyOf<typeof ledgerEntrySchema> {
  const { usage } = entry;
  return {
    id: entry.id,
    created_at: toTime(entry.createdAt),
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
    saved: toSavedBody(sumOf(entry.saved)),
    total_ms: entry.totalMs,
  };
}

function sumOf(saved: { readonly promptTokens: number; readonly completionTokens: number }) {
  return { ...saved, totalTokens: saved.promptTokens + saved.completionTokens };
}

/** A report as CSV with a header (RFC 4180). */
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

/** Prefixes text that a spreadsheet would run as a formula with an apostrophe. */
function textCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
