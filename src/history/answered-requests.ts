import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";

/** How long an answered request is kept in mind, in seconds. */
export const ANSWERED_TTL_SECONDS = 86_400;

/** A request of a chat that its client holds. */
export interface RequestKey {
  readonly tenant: string;
  /** Hash of the chat and of all that was said in it. */
  readonly hash: string;
}

/**
 * Which requests of such chats were answered: the same one again asks for another answer. Kept for a day;
 * shared by all replicas where the windows are.
 */
export interface AnsweredRequests {
  /** The client's id of the message that the answer became, empty where it gave none; undefined: not answered. */
  find(key: RequestKey): Promise<string | undefined>;
  note(key: RequestKey, messageId: string): Promise<void>;
}

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
