import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { withoutAnswered } from "./context-window.ts";
import type { ConversationKey, HistoryLimits } from "./types.ts";

/** A turn that Redis has not stored. */
export interface WaitingTurn {
  readonly items: readonly string[];
  /** True if Redis may have stored it all the same. */
  readonly unsure: boolean;
  /** Milliseconds since the epoch; undefined: after any removal of the window. */
  readonly askedAt?: number | undefined;
  /** Owner of the conversation; undefined: none. */
  readonly owner?: string | undefined;
  /** Replaces the last turn with the same first item. */
  readonly again?: boolean | undefined;
}

/** What this process remembers of one conversation. */
export interface RememberedWindow {
  readonly key: ConversationKey;
  /** The list as last read from Redis, oldest first. */
  items: readonly string[];
  /** Buffered turns, in the order they were said. */
  waiting: readonly WaitingTurn[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Windows that this process read or wrote, for when Redis is unavailable or lost its data. */
export interface RememberedWindows {
  find(key: ConversationKey): RememberedWindow | undefined;
  /** Stores the list as read from Redis. */
  keep(key: ConversationKey, items: readonly string[]): void;
  /** Adds turns that Redis stored. */
  add(key: ConversationKey, turns: readonly WaitingTurn[]): void;
  /** Removes and returns the buffered turns. The caller appends them or returns them by `wait`. */
  takeWaiting(key: ConversationKey): readonly WaitingTurn[];
  /** Buffers turns that Redis did not store, ahead of those buffered in the meantime. */
  wait(key: ConversationKey, turns: readonly WaitingTurn[]): void;
  forget(key: ConversationKey): void;
  /** Windows that have not expired. */
  all(): readonly RememberedWindow[];
  clear(): void;
}

/** @param maxConversations at this limit the least recently used is dropped; default 5,000 */
export function createRememberedWindows(
  limits: HistoryLimits,
  now: Clock,
  maxConversations = 5_000,
): RememberedWindows {
  const windows = new LRUCache<string, RememberedWindow>({ max: maxConversations });

  function find(key: ConversationKey): RememberedWindow | undefined {
    const window = windows.get(nameOf(key));
    return window !== undefined && window.expiresAt > now() ? window : undefined;
  }

  function change(key: ConversationKey, parts: Partial<RememberedWindow>): void {
    const before = find(key) ?? { key, items: [], waiting: [], expiresAt: 0 };
    windows.set(nameOf(key), { ...before, expiresAt: now() + limits.ttlSeconds * 1000, ...parts });
  }

  return {
    find,
    keep(key, items) {
      const before = find(key);
      // Reading does not renew the TTL. A window that was only read is kept for at most one full
      // TTL.
      if (before !== undefined) before.items = items;
      else if (items.length > 0) change(key, { items });
    },
    add(key, turns) {
      const known = find(key)?.items ?? [];
      change(key, { items: withTurns(known, turns).slice(-limits.maxMessages) });
    },
    takeWaiting(key) {
      const window = find(key);
      const waiting = window?.waiting ?? [];
      if (window !== undefined) window.waiting = [];
      return waiting;
    },
    wait(key, turns) {
      const waiting = [...turns, ...(find(key)?.waiting ?? [])];
      change(key, { waiting: waiting.slice(-limits.maxMessages) });
    },
    forget: (key) => void windows.delete(nameOf(key)),
    all: () => [...windows.values()].filter(({ expiresAt }) => expiresAt > now()),
    clear: () => windows.clear(),
  };
}

/** Applies turns to a window. */
export function withTurns(
  window: readonly string[],
  turns: readonly WaitingTurn[],
): readonly string[] {
  return turns.reduce<readonly string[]>((said, { items, again }) => {
    const isSame = (one: string, other: string) => one === other;
    const kept = again === true ? withoutAnswered(said, items[0], isSame) : said;
    return [...kept, ...items];
  }, window);
}

function nameOf({ tenant, conversationId }: ConversationKey): string {
  return JSON.stringify([tenant, conversationId]);
}
