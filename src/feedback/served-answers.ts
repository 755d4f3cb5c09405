import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { SERVED_TTL_SECONDS, type ServedAnswer, type ServedAnswers } from "./types.ts";
import type { ChatEvent, ChatRequest } from "../chat/types.ts";

const nameOf = (tenant: string, messageId: string) => JSON.stringify([tenant, messageId]);

/**
 * Served answers in this process.
 *
 * @param maxAnswers default 20,000; the oldest are dropped first
 */
export function createMemoryServedAnswers({
  now,
  maxAnswers = 20_000,
}: {
  now: Clock;
  maxAnswers?: number | undefined;
}): ServedAnswers {
  const answers = new LRUCache<string, { served: ServedAnswer; expiresAt: number }>({
    max: maxAnswers,
  });
  return {
    async note(tenant, served) {
      const expiresAt = now() + SERVED_TTL_SECONDS * 1000;
      answers.set(nameOf(tenant, served.messageId), { served, expiresAt });
    },
    async find({ tenant, messageId }) {
      const found = answers.peek(nameOf(tenant, messageId));
      return found !== undefined && found.expiresAt > now() ? found.served : undefined;
    },
    async close() {
      answers.clear();
    },
  };
}

/** The served answer of an event; undefined if the answer failed. */
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
