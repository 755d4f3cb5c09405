import type { AnswerEntry } from "../cache/types.ts";
import type { ModelAnswer } from "../chat/call-model.ts";
import { citedPassages, toCitation } from "../chat/citations.ts";
import type { CacheOutcome, ChatReply } from "../chat/types.ts";
import type { TokenUsage } from "../usage/types.ts";
import type { Hit } from "./look-up.ts";
import { priceOf, sumUsage, type PriceParts, type Asked } from "./asking.ts";
import type { AnswerContext } from "./retrieve.ts";

const NOTHING_SAVED = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };

/** Dependencies of a reply. */
export interface ReplyParts extends PriceParts {
  readonly model: { readonly id: string };
}

/** The reply to a request that the model answered. */
export function buildReply(
  asked: Asked,
  cache: CacheOutcome,
  { context, generation }: { context: AnswerContext; generation: ModelAnswer },
  parts: ReplyParts,
): ChatReply {
  const { debug } = asked.request;
  const { text, thinking, refusal, finishReason, toolCalls, logprobs, others } = generation;
  return {
    ...replyBase(asked, cache, parts, undefined),
    answer: refusal === undefined ? text : text + refusal,
    ...(refusal !== undefined && { refusal }),
    ...(thinking.trim() !== "" && { thinking }),
    finishReason,
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(logprobs !== undefined && { logprobs }),
    ...(others.length > 0 && { others }),
    citations: citationsOf(asked, text, context),
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

/** Structured output has no marks, so it cites all passages of the prompt. */
function citationsOf(
  { request }: Asked,
  text: string,
  { passages }: AnswerContext,
): ChatReply["citations"] {
  const isStructured = request.passThrough?.isStructured === true;
  return isStructured ? passages.map(toCitation) : citedPassages(text, passages);
}

/** The reply to a cache hit. It saves the usage of the model call that made the answer. */
export function buildHitReply(
  asked: Asked,
  { outcome, entry }: Pick<Hit, "outcome" | "entry">,
  parts: ReplyParts,
): ChatReply {
  const { promptTokens, completionTokens, totalTokens } = entry.usage;
  return {
    ...replyBase(asked, outcome, parts, entry.usage),
    answer: entry.answer,
    finishReason: "stop",
    citations: entry.citations,
    entry: entryOf(entry),
    saved: { promptTokens, completionTokens, totalTokens },
  };
}

/** Key of a cached answer. */
export function entryOf({ scope, id, createdAt }: AnswerEntry): NonNullable<ChatReply["entry"]> {
  return { scope, id, createdAt };
}

function replyBase(
  { id, request, meter, attempt }: Asked,
  cache: CacheOutcome,
  parts: ReplyParts,
  spared: TokenUsage | undefined,
) {
  const spent = meter.spent();
  return {
    id,
    conversationId: request.conversationId,
    cache,
    usage: sumUsage(spent, spared?.model ?? parts.model.id),
    cost: priceOf(spent, parts, spared),
    timings: meter.timings(),
    degraded: [...attempt.degraded],
  };
}
