import type { z } from "zod";
import type { ToolCallDelta } from "../../chat/tool-calls.ts";
import type { CacheOutcome, ChatEvent, ChatReply, ErrorReport } from "../../chat/types.ts";
import { isErrorCode, RepriseError } from "../../errors.ts";
import type { Citation } from "../../knowledge/types.ts";
import { formatNanoUsd } from "../../usage/prices.ts";
import type { RequestCost, TokenUsage } from "../../usage/types.ts";
import type { BodyOf } from "../described-body.ts";
import type { cacheOutcomeSchema, chatReplySchema } from "../schemas/chat-schemas.ts";
import type {
  citationSchema,
  costSchema,
  errorSchema,
  savedSchema,
  usageSchema,
} from "../schemas/common-schemas.ts";

const rounded = (value: number, places: number) => Number(value.toFixed(places));

/** A reply with the API's field names. */
export function toReplyBody(reply: ChatReply): BodyOf<typeof chatReplySchema> {
  const { usage, timings, debug } = reply;
  return {
    id: reply.id,
    conversation_id: reply.conversationId,
    answer: reply.answer,
    ...(reply.refusal !== undefined && { refusal: reply.refusal }),
    ...(reply.thinking !== undefined && { reasoning: reply.thinking }),
    finish_reason: reply.finishReason,
    citations: reply.citations.map(toCitationBody),
    cache: toCacheBody(reply.cache),
    usage: toUsageBody(usage),
    cost: toCostBody(reply.cost),
    saved: toSavedBody(reply.saved),
    timings_ms: {
      total: rounded(timings.total, 2),
      resolve: rounded(timings.resolve, 2),
      embed: rounded(timings.embed, 2),
      lookup: rounded(timings.lookup, 2),
      judge: rounded(timings.judge, 2),
      retrieve: rounded(timings.retrieve, 2),
      model: rounded(timings.model, 2),
    },
    degraded: reply.degraded,
    ...(debug !== undefined && {
      debug: {
        passages: debug.passages.map(toCitationBody),
        history_in_prompt: debug.historyInPrompt,
      },
    }),
  };
}

export function toUsageBody(usage: TokenUsage): BodyOf<typeof usageSchema> {
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

export function toSavedBody({
  promptTokens,
  completionTokens,
  totalTokens,
}: ChatReply["saved"]): BodyOf<typeof savedSchema> {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: totalTokens,
  };
}

export function toCitationBody(citation: Citation): z.input<typeof citationSchema> {
  return {
    ...(citation.number !== undefined && { number: citation.number }),
    document_id: citation.documentId,
    title: citation.title,
    passage: citation.passage,
    start: citation.start,
    end: citation.end,
    score: rounded(citation.score, 4),
    ...(citation.lead !== undefined && { lead: citation.lead }),
    ...(citation.locator !== undefined && { locator: toLocatorBody(citation.locator) }),
  };
}

function toLocatorBody({ headings, ...place }: NonNullable<Citation["locator"]>) {
  return { ...place, ...(headings !== undefined && { headings: [...headings] }) };
}

export function toCostBody(cost: RequestCost): BodyOf<typeof costSchema> {
  return {
    currency: "USD",
    total: formatNanoUsd(cost.totalNanoUsd),
    saved: formatNanoUsd(cost.savedNanoUsd),
    net_saved: formatNanoUsd(cost.netSavedNanoUsd),
    priced: cost.priced,
  };
}

export function toCacheBody(cache: CacheOutcome): z.input<typeof cacheOutcomeSchema> {
  return {
    status: cache.status,
    tier: cache.tier,
    kind: cache.kind,
    similarity: cache.similarity === null ? null : rounded(cache.similarity, 4),
    threshold: cache.threshold,
    entry_id: cache.entryId,
    age_seconds: cache.ageSeconds,
    question: cache.question,
    matched_question: cache.matchedQuestion,
    language: cache.language,
    reasons: [...cache.reasons],
  };
}

/** Data of an event with the API's field names. Errors are excluded: they need the request id. */
export function toEventBody(event: Exclude<ChatEvent, { type: "answer-error" }>): object {
  switch (event.type) {
    case "answer-start":
      return {
        id: event.id,
        conversation_id: event.conversationId,
        cache: toCacheBody(event.cache),
      };
    case "answer-delta":
      return { text: event.text, ...(event.isRefusal === true && { refusal: true }) };
    case "reasoning-delta":
      return { text: event.text };
    case "answer-reset":
      return {};
    case "tool-call-delta":
      return toToolCallBody(event);
    case "logprobs-delta":
      return { logprobs: event.logprobs };
    case "citations":
      return { citations: event.citations.map(toCitationBody) };
    case "answer-end":
      return toReplyBody(event.reply);
  }
}

/** The first piece of a call contains its id and name. */
function toToolCallBody({ index, id, name, arguments: json }: ToolCallDelta): object {
  return { index, ...(id !== undefined && { id, name }), arguments: json };
}

/** The error body of every route, in OpenAI's format. */
export function toErrorBody(error: ErrorReport, requestId: string): BodyOf<typeof errorSchema> {
  const { message, type, code, retryAfterSeconds, details = [] } = error;
  const param = details[0]?.param ?? "";
  return {
    error: {
      message,
      type,
      code,
      param: param === "" ? null : param,
      request_id: requestId,
      ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
      ...(details.length > 0 && { details }),
    },
  };
}

/** Converts an error event back to an error. */
export function fromReport(report: ErrorReport): RepriseError {
  const { code, message, retryAfterSeconds, details = [] } = report;
  return new RepriseError(isErrorCode(code) ? code : "internal_error", message, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    details,
  });
}

const FORWARDED = {
  miss: "miss",
  bypass: "bypass",
  refresh: "request",
  disabled: "bypass",
} as const;

/** Cache headers of a response (RFC 9211 and `X-Cache`), for all transports. */
export function cacheHeaders(cache: CacheOutcome): Record<string, string> {
  const similarity =
    cache.similarity === null ? {} : { "X-Cache-Similarity": cache.similarity.toFixed(4) };
  if (cache.status !== "hit") {
    return {
      "Cache-Status": `reprise; fwd=${FORWARDED[cache.status]}`,
      "X-Cache": cache.status.toUpperCase(),
      ...similarity,
    };
  }
  const tier = cache.tier ?? "exact";
  return {
    "Cache-Status": `reprise; hit; detail=${tier}`,
    "X-Cache": tier === "exact" ? "HIT" : `${tier.toUpperCase()}_HIT`,
    Age: String(cache.ageSeconds ?? 0),
    ...similarity,
  };
}
