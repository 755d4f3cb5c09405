import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { SERVED_TTL_SECONDS, type ServedAnswer, type ServedAnswers } from "./types.ts";

const nameOf = (tenant: string, messageId: string) => JSON.stringify([tenant, messageId]);

/**
 * Remembers in this process.
 *
 * @param maxAnswers default 20,000; the oldest are forgotten first
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
