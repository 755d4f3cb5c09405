import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { trimWindow, withoutAnswered } from "./context-window.ts";
import {
  REMOVAL_TTL_SECONDS,
  type ChatHistory,
  type ChatMessage,
  type ConversationKey,
  type HistoryLimits,
} from "./types.ts";

interface LeasedWindow {
  readonly messages: readonly ChatMessage[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Context windows in this process; lost when it ends.
 *
 * @param maxConversations at this limit the least recently written window is dropped; default
 * 10,000
 */
export function createMemoryHistory({
  limits,
  now,
  maxConversations = 10_000,
}: {
  limits: HistoryLimits;
  now: Clock;
  maxConversations?: number;
}): ChatHistory {
  const windows = new LRUCache<string, LeasedWindow>({ max: maxConversations });
  const removals = new LRUCache<string, number>({
    max: maxConversations,
    ttl: REMOVAL_TTL_SECONDS * 1000,
  });
  const isRemoved = (key: string, since: number) => (removals.get(key) ?? -Infinity) >= since;

  /** Peeks, so that the LRU order follows writes: the first to be dropped is the first to expire. */
  function current(key: string): readonly ChatMessage[] {
    const window = windows.peek(key);
    if (window === undefined) return [];
    if (window.expiresAt > now()) return window.messages;
    windows.delete(key);
    return [];
  }

  return {
    async read(conversation) {
      return current(toKey(conversation));
    },
    recall: (conversation) => current(toKey(conversation)),
    async append(conversation, turn, { askedAt = Infinity, again = false } = {}) {
      const key = toKey(conversation);
      if (turn.length === 0 || isRemoved(key, askedAt)) return;
      const added = turn.map(({ role, content }) => Object.freeze({ role, content }));
      const before = current(key);
      const kept = again ? withoutAnswered(before, turn[0], isSame) : before;
      const messages = trimWindow([...kept, ...added], limits.maxMessages);
      windows.set(key, {
        messages: Object.freeze(messages),
        expiresAt: now() + limits.ttlSeconds * 1000,
      });
    },
    async remove(conversation) {
      const key = toKey(conversation);
      const found = current(key).length > 0;
      windows.delete(key);
      removals.set(key, now());
      return found;
    },
    wasRemoved: async (conversation, since) => isRemoved(toKey(conversation), since),
    async close() {
      windows.clear();
      removals.clear();
    },
  };
}

function isSame(one: ChatMessage, other: ChatMessage): boolean {
  return one.role === other.role && one.content === other.content;
}

function toKey({ tenant, conversationId }: ConversationKey): string {
  return JSON.stringify([tenant, conversationId]);
}
