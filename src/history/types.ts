/** One side of a turn, in the form that stands in Redis. */
export interface ChatMessage {
  readonly role: "user" | "assistant" | "system";
  readonly content: string;
}

/** How a turn came to be said. */
export interface SaidTurn {
  readonly askedAt?: number | undefined;
  readonly again?: boolean | undefined;
}

/** Names a conversation; the same id under two tenants is two conversations. */
export interface ConversationKey {
  readonly tenant: string;
  readonly conversationId: string;
}

/**
 * The context window of a conversation: its last messages (20 by default), leased for 24 h after the
 * last write. It is what the model may be shown, not the transcript.
 */
export interface ChatHistory {
  /** Oldest first; empty for a conversation that is unknown or whose lease has ended. */
  read(key: ConversationKey): Promise<readonly ChatMessage[]>;
  /**
   * Adds the messages of one turn as one step: concurrent turns never interleave. Drops what is older
   * than the window and renews the lease. A turn that was asked before its window was removed is left out.
   *
   * @param said `askedAt` in milliseconds since the epoch, none: after any removal; `again`: the turn takes the
   *   place of the last one with the same question, and of what followed that
   */
  append(key: ConversationKey, turn: readonly ChatMessage[], said?: SaidTurn): Promise<void>;
  /** What this process knows of the window by itself, for when `read` has failed; may be behind. */
  recall(key: ConversationKey): readonly ChatMessage[];
  /** Forgets the window and keeps in mind for two hours that it did; true when there was one. */
  remove(key: ConversationKey): Promise<boolean>;
  /** Whether the window was removed at this time or since, in milliseconds since the epoch. */
  wasRemoved(key: ConversationKey, since: number): Promise<boolean>;
  close(): Promise<void>;
}

/** How long a removal is kept in mind, in seconds: longer than any answer takes. */
export const REMOVAL_TTL_SECONDS = 7_200;

/** Bounds of every window. */
export interface HistoryLimits {
  /** Messages kept, both sides counted. Default 20. */
  readonly maxMessages: number;
  /** Lease after the last write, in seconds. Default 86,400. */
  readonly ttlSeconds: number;
}
