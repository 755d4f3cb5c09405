import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { withoutAnswered } from "./context-window.ts";
import type { ConversationKey, HistoryLimits } from "./types.ts";

/** A turn that Redis has not taken. */
export interface WaitingTurn {
  readonly items: readonly string[];
  /** True when Redis may have taken it all the same. */
  readonly unsure: boolean;
  /** Milliseconds since the epoch; none: after any removal of the window. */
  readonly askedAt?: number | undefined;
  /** Whose the conversation is; none: nobody's. */
  readonly owner?: string | undefined;
  /** It takes the place of the last turn with the same first item. */
  readonly again?: boolean | undefined;
}

/** What this process knows of one conversation. */
export interface RememberedWindow {
  readonly key: ConversationKey;
  /** As Redis had them at the last look, oldest first. */
  items: readonly string[];
  /** In the order they were said. */
  waiting: readonly WaitingTurn[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** The windows that went through this process, for the time that Redis is away or has lost them. */
export interface RememberedWindows {
  find(key: ConversationKey): RememberedWindow | undefined;
  /** What stands in Redis now. */
  keep(key: ConversationKey, items: readonly string[]): void;
  /** Turns that Redis has taken. */
  add(key: ConversationKey, turns: readonly WaitingTurn[]): void;
  /** Hands over the turns that wait; whoever takes them adds them, or gives them back by `wait`. */
  takeWaiting(key: ConversationKey): readonly WaitingTurn[];
  /** Turns that Redis did not take, in front of those that came to wait meanwhile. */
  wait(key: ConversationKey, turns: readonly WaitingTurn[]): void;
  forget(key: ConversationKey): void;
  /** Those that are still leased. */
  all(): readonly RememberedWindow[];
  clear(): void;
}

/** @param maxConversations when full, the one that was used longest ago is forgotten; default 5,000 */
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
      // Reading renews no lease; what was never written here has at most a whole one.
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

/** A window once these turns were said. */
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
