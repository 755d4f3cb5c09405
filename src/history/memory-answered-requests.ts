import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import {
  ANSWERED_TTL_SECONDS,
  type AnsweredRequests,
  type RequestKey,
} from "./answered-requests.ts";

/** Kept in this process. @param maxRequests default 20,000; the oldest are forgotten first */
export function createMemoryAnsweredRequests({
  now,
  maxRequests = 20_000,
}: {
  now: Clock;
  maxRequests?: number;
}): AnsweredRequests {
  const requests = new LRUCache<string, { messageId: string; expiresAt: number }>({
    max: maxRequests,
  });
  const nameOf = ({ tenant, hash }: RequestKey) => JSON.stringify([tenant, hash]);
  return {
    async find(key) {
      const found = requests.peek(nameOf(key));
      return found !== undefined && found.expiresAt > now() ? found.messageId : undefined;
    },
    async note(key, messageId) {
      const expiresAt = now() + ANSWERED_TTL_SECONDS * 1000;
      requests.set(nameOf(key), { messageId, expiresAt });
    },
  };
}
