import type { AnswerEntry } from "../cache/types.ts";
import { priceRequest, type ModelTokens } from "../usage/request-cost.ts";
import type { RequestCost, TokenUsage } from "../usage/types.ts";
import { citedPassages, toCitation } from "./citations.ts";
import type { Generation } from "./generate-answer.ts";
import type { AnswerContext } from "./retrieve-context.ts";
import type { ChatDependencies, Turn } from "./turn.ts";
import type { CacheOutcome, ChatReply } from "./types.ts";

const NOTHING_SAVED = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };

/** The reply of a request that the model answered. */
export function buildReply(
  turn: Turn,
  cache: CacheOutcome,
  context: AnswerContext,
  generation: Generation,
  dependencies: ChatDependencies,
): ChatReply {
  const { debug } = turn.request;
  return {
    ...replyBase(turn, cache, dependencies, undefined),
    answer: generation.text,
    finishReason: generation.finishReason,
    citations: citedPassages(generation.text, context.passages),
    entry: null,
    saved: NOTHING_SAVED,
    ...(debug === true && {
      debug: {
        passages: context.passages.map(toCitation),
        historyInPrompt: context.history.length > 0,
      },
    }),
  };
}

/** The reply of a request that a stored answer served: it spares what that answer's model call used. */
export function buildHitReply(
  turn: Turn,
  cache: CacheOutcome,
  entry: AnswerEntry,
  dependencies: ChatDependencies,
): ChatReply {
  const { promptTokens, completionTokens, totalTokens } = entry.usage;
  return {
    ...replyBase(turn, cache, dependencies, entry.usage),
    answer: entry.answer,
    finishReason: "stop",
    citations: entry.citations,
    entry: entryOf(entry),
    saved: { promptTokens, completionTokens, totalTokens },
  };
}

/** What names a stored answer. */
export function entryOf({ scope, id, createdAt }: AnswerEntry): NonNullable<ChatReply["entry"]> {
  return { scope, id, createdAt };
}

function replyBase(
  turn: Turn,
  cache: CacheOutcome,
  dependencies: ChatDependencies,
  spared: TokenUsage | undefined,
) {
  return {
    id: turn.id,
    conversationId: turn.request.conversationId,
    cache,
    usage: sumUsage(turn, spared?.model ?? dependencies.model.id),
    cost: priceTurn(turn, dependencies, spared),
    timings: turn.timings(),
    degraded: [...turn.attempt.degraded],
  };
}

/** What a turn has cost so far, and for a hit what it spared. */
export function priceTurn(
  turn: Turn,
  { embedder, prices }: Pick<ChatDependencies, "embedder" | "prices">,
  spared?: TokenUsage,
): RequestCost {
  const embedding = { model: embedder.model, tokens: turn.embeddingTokens };
  return priceRequest({ calls: turn.calls, embedding, spared }, prices);
}

/** What a turn has used so far. */
export function sumUsage(turn: Turn, model: string): TokenUsage {
  const sum = (read: (call: ModelTokens) => number) =>
    turn.calls.reduce((total, call) => total + read(call), 0);
  const promptTokens = sum((call) => call.promptTokens);
  const completionTokens = sum((call) => call.completionTokens);
  return {
    model,
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedPromptTokens: sum((call) => call.cachedPromptTokens),
    cacheWriteTokens: sum((call) => call.cacheWriteTokens ?? 0),
    reasoningTokens: sum((call) => call.reasoningTokens ?? 0),
    embeddingTokens: turn.embeddingTokens,
    estimated: turn.estimated,
  };
}
