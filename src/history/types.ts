/** One message of a turn, in the form stored in Redis. */
export interface ChatMessage {
  readonly role: "user" | "assistant" | "system";
  readonly content: string;
}

/** When a turn was asked, and whether it repeats an earlier one. */
export interface SaidTurn {
  readonly askedAt?: number | undefined;
  readonly again?: boolean | undefined;
}

/** Identifies a conversation. The same id in two tenants is two conversations. */
export interface ConversationKey {
  readonly tenant: string;
  readonly conversationId: string;
}

/**
 * The context window of a conversation: its latest messages (20 by default), which expire 24 h
 * after the last write. It is what the model sees, not the transcript.
 */
export interface ChatHistory {
  /** Messages, oldest first; empty for an unknown or expired conversation. */
  read(key: ConversationKey): Promise<readonly ChatMessage[]>;
  /**
   * Appends the messages of one turn atomically, so concurrent turns never interleave. Trims the
   * window and renews its TTL. A turn asked before its window was removed is dropped.
   *
   * @param said `askedAt` in milliseconds since the epoch, undefined: after any removal; `again`:
   * the turn replaces the last turn with the same question and everything after it
   */
  append(key: ConversationKey, turn: readonly ChatMessage[], said?: SaidTurn): Promise<void>;
  /** The window as this process last saw it, for when `read` fails. May be outdated. */
  recall(key: ConversationKey): readonly ChatMessage[];
  /** Deletes the window and remembers the removal for two hours. Returns true if there was one. */
  remove(key: ConversationKey): Promise<boolean>;
  /** True if the window was removed at or after this time, in milliseconds since the epoch. */
  wasRemoved(key: ConversationKey, since: number): Promise<boolean>;
  close(): Promise<void>;
}

/** How long a removal is remembered, in seconds: longer than any answer takes. */
export const REMOVAL_TTL_SECONDS = 7_200;

/** Limits of a window. */
export interface HistoryLimits {
  /** Maximum messages, from users and assistant together. Default 20. */
  readonly maxMessages: number;
  /** TTL after the last write, in seconds. Default 86,400. */
  readonly ttlSeconds: number;
}
