import type { ChatEvent, ChatRequest } from "../chat/types.ts";
import type { ServedAnswer } from "./types.ts";

/** What is remembered of an ended answer; undefined for one that failed. */
export function servedAnswer(
  last: ChatEvent,
  { caller }: Pick<ChatRequest, "caller"> = {},
): ServedAnswer | undefined {
  if (last.type !== "answer-end") return undefined;
  const { id, conversationId, cache, entry } = last.reply;
  return {
    messageId: id,
    conversationId,
    ...(caller?.owner !== undefined && { owner: caller.owner }),
    isHit: cache.status === "hit",
    question: cache.question,
    matchedQuestion: cache.status === "hit" ? cache.matchedQuestion : null,
    similarity: cache.status === "hit" ? cache.similarity : null,
    entry,
  };
}
