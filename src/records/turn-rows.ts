import type { Insertable } from "kysely";
import type { EndedTurn, TurnText } from "../transcripts/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import type { Tables } from "./tables.ts";

const TITLE_CHARACTERS = 120;

/** A turn of which the transcript keeps the text. */
export type SpokenTurn = EndedTurn & { readonly text: TurnText };

export function isSpoken(turn: EndedTurn): turn is SpokenTurn {
  return turn.text !== null && turn.entry.conversationId !== null;
}

/** A conversation as a key of maps; names sort in one order everywhere. */
export function conversationName(tenant: string, id: string | null): string {
  return JSON.stringify([tenant, id]);
}

/** The beginning of a question, never empty: an empty title is that of a conversation without text. */
export function toTitle(question: string): string {
  const line = cleanText(question).replace(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARACTERS) return line === "" ? "…" : line;
  return `${cleanText(line.slice(0, TITLE_CHARACTERS - 1))}…`;
}

/** The question and the answer. */
export function toMessageRows({ entry, text }: SpokenTurn): Insertable<Tables["messages"]>[] {
  const base = {
    tenant: entry.tenant,
    conversation_id: entry.conversationId ?? "",
    turn_order: text.order,
    turn_id: entry.id,
  };
  const details = {
    model: entry.usage.model,
    status: entry.status,
    tier: entry.tier,
    finishReason: entry.finishReason,
    citations: text.citations,
    ...(text.again === true && { again: true }),
  };
  const question = {
    ...base,
    side: 0,
    id: `${entry.id}-question`,
    role: "user",
    content: cleanText(text.question),
    details: null,
    created_at: text.askedAt,
  };
  const answer = {
    ...base,
    side: 1,
    id: entry.id,
    role: "assistant",
    content: cleanText(text.answer),
    details: cleanText(JSON.stringify(details)),
    created_at: entry.createdAt,
  };
  return [question, answer];
}

/** The row of the ledger. */
export function toUsageRow(entry: LedgerEntry): Insertable<Tables["usage"]> {
  const { usage, cost, saved } = entry;
  return {
    tenant: entry.tenant,
    id: entry.id,
    created_at: entry.createdAt,
    conversation_id: entry.conversationId,
    user_id: entry.userId,
    model: usage.model,
    status: entry.status,
    tier: entry.tier,
    finish_reason: entry.finishReason,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    cached_prompt_tokens: usage.cachedPromptTokens,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
    reasoning_tokens: usage.reasoningTokens ?? 0,
    embedding_tokens: usage.embeddingTokens,
    estimated: usage.estimated ? 1 : 0,
    saved_prompt_tokens: saved.promptTokens,
    saved_completion_tokens: saved.completionTokens,
    total_nano_usd: cost.totalNanoUsd,
    saved_nano_usd: cost.savedNanoUsd,
    net_saved_nano_usd: cost.netSavedNanoUsd,
    priced: cost.priced ? 1 : 0,
    total_ms: Math.round(entry.totalMs),
  };
}

/** Text as every database takes it: without NUL and without halves of characters. */
export function cleanText(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replaceAll(/\p{Cs}/gu, "\uFFFD");
}
