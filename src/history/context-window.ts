import {
  type ChatMessage,
  REMOVAL_TTL_SECONDS,
  type ChatHistory,
  type ConversationKey,
  type HistoryLimits,
} from "./types.ts";
import { splitThinking } from "../models/split-thinking.ts";
import { mayHoldThinking } from "../models/thinking-marks.ts";
import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";

/** The last `maxMessages` of a conversation, oldest first. */
export function trimWindow(
  messages: readonly ChatMessage[],
  maxMessages: number,
): readonly ChatMessage[] {
  return messages.slice(Math.max(0, messages.length - maxMessages));
}

/** A conversation without what the assistant said before the first message of the user. */
export interface OpenedConversation {
  /** A greeting, for example. */
  readonly opening: readonly string[];
  readonly said: readonly ChatMessage[];
}

/**
 * Splits a conversation into its opening and the rest. Models with strict chat templates refuse a prompt that
 * begins with an answer, so the opening belongs to the instructions.
 *
 * @param maxMessages size of a trimmed window: an answer at the start of a full one has lost its question and
 *   would mislead the model, so it is dropped. Default: nothing was trimmed
 */
export function splitOpening(
  messages: readonly ChatMessage[],
  maxMessages = Infinity,
): OpenedConversation {
  const firstQuestion = messages.findIndex(({ role }) => role === "user");
  const asked = firstQuestion === -1 ? messages.length : firstQuestion;
  const opening = messages
    .slice(0, asked)
    .flatMap(({ role, content }) =>
      role === "assistant" && content.trim() !== "" ? [content] : [],
    );
  return {
    opening: messages.length < maxMessages ? opening : [],
    said: messages.filter(({ role }, index) => index >= asked || role !== "assistant"),
  };
}

/**
 * Removes the last turn that starts with `first`, and everything after it. Without such a turn, the
 * window is unchanged.
 */
export function withoutAnswered<Item>(
  window: readonly Item[],
  first: Item | undefined,
  isSame: (one: Item, other: Item) => boolean,
): readonly Item[] {
  const at = first === undefined ? -1 : window.findLastIndex((item) => isSame(item, first));
  return at === -1 ? window : window.slice(0, at);
}

/** The messages before the last occurrence of a question; empty if it was never asked. */
export function beforeAsked(
  history: readonly ChatMessage[],
  message: string,
): readonly ChatMessage[] {
  const asked = history.findLastIndex(
    ({ role, content }) => role === "user" && content.trim() === message,
  );
  return history.slice(0, Math.max(asked, 0));
}

/**
 * Removes the model's reasoning from answers. Clients and other programs include it in the messages
 * that they send back.
 */
export function withoutThinking(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const isMeant = ({ role, content }: ChatMessage) =>
    role === "assistant" && mayHoldThinking(content);
  if (!messages.some(isMeant)) return messages;
  return messages.map((message) =>
    isMeant(message) ? { ...message, content: splitThinking(message.content).text } : message,
  );
}

/** A message of a transcript, as far as a window needs it. */
interface TranscriptLine extends ChatMessage {
  /** Of an answer. */
  readonly details: { readonly again?: boolean | undefined } | null;
}

/** The messages of a transcript that a window holds: an answer that was asked for again is there once. */
export function windowOf(transcript: readonly TranscriptLine[]): readonly ChatMessage[] {
  const isSame = (one: ChatMessage, other: ChatMessage) =>
    one.role === other.role && one.content === other.content;
  return transcript.reduce<readonly ChatMessage[]>((said, { role, content }, index) => {
    const message = { role, content };
    const again = role === "user" && transcript[index + 1]?.details?.again === true;
    return [...(again ? withoutAnswered(said, message, isSame) : said), message];
  }, []);
}

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
