import type { CacheOutcome, ChatEvent, ChatReply } from "../../chat/types.ts";
import type { Citation } from "../../knowledge/types.ts";
import { formatNanoUsd } from "../../usage/money.ts";
import type { RequestCost, TokenUsage } from "../../usage/types.ts";

const rounded = (value: number, places: number) => Number(value.toFixed(places));

/** The reply in the names of the API. */
export function toReplyBody(reply: ChatReply) {
  const { usage, saved, timings, debug } = reply;
  return {
    id: reply.id,
    conversation_id: reply.conversationId,
    answer: reply.answer,
    finish_reason: reply.finishReason,
    citations: reply.citations.map(toCitationBody),
    cache: toCacheBody(reply.cache),
    usage: toUsageBody(usage),
    cost: toCostBody(reply.cost),
    saved: {
      prompt_tokens: saved.promptTokens,
      completion_tokens: saved.completionTokens,
      total_tokens: saved.totalTokens,
    },
    timings_ms: Object.fromEntries(
      Object.entries(timings).map(([stage, milliseconds]) => [stage, rounded(milliseconds, 2)]),
    ),
    degraded: reply.degraded,
    ...(debug !== undefined && {
      debug: {
        passages: debug.passages.map(toCitationBody),
        history_in_prompt: debug.historyInPrompt,
      },
    }),
  };
}

export function toUsageBody(usage: TokenUsage) {
  return {
    model: usage.model,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
    cached_prompt_tokens: usage.cachedPromptTokens,
    embedding_tokens: usage.embeddingTokens,
    estimated: usage.estimated,
  };
}

export function toCitationBody(citation: Citation) {
  return {
    ...(citation.number !== undefined && { number: citation.number }),
    document_id: citation.documentId,
    title: citation.title,
    passage: citation.passage,
    start: citation.start,
    end: citation.end,
    score: rounded(citation.score, 4),
  };
}

export function toCostBody(cost: RequestCost) {
  return {
    currency: "USD",
    total: formatNanoUsd(cost.totalNanoUsd),
    saved: formatNanoUsd(cost.savedNanoUsd),
    net_saved: formatNanoUsd(cost.netSavedNanoUsd),
    priced: cost.priced,
  };
}

export function toCacheBody(cache: CacheOutcome) {
  return {
    status: cache.status,
    tier: cache.tier,
    similarity: cache.similarity === null ? null : rounded(cache.similarity, 4),
    threshold: cache.threshold,
    entry_id: cache.entryId,
    age_seconds: cache.ageSeconds,
    question: cache.question,
    matched_question: cache.matchedQuestion,
    reasons: cache.reasons,
  };
}

/** An event's data in the names of the API; an error's needs the request's id. */
export function toEventBody(event: Exclude<ChatEvent, { type: "answer-error" }>): object {
  switch (event.type) {
    case "answer-start":
      return {
        id: event.id,
        conversation_id: event.conversationId,
        cache: toCacheBody(event.cache),
      };
    case "answer-delta":
      return { text: event.text };
    case "citations":
      return { citations: event.citations.map(toCitationBody) };
    case "answer-end":
      return toReplyBody(event.reply);
  }
}
