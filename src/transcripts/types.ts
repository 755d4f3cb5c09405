import type { Caller } from "../identity/types.ts";
import type { Citation } from "../knowledge/types.ts";
import type { LedgerEntry } from "../usage/types.ts";

/** The texts of one turn. */
export interface TurnText {
  readonly question: string;
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** When the question arrived, in milliseconds since the epoch. */
  readonly askedAt: number;
  /** Sort order in the conversation, the same as in its window. */
  readonly order: number;
  /**
   * Owner of the conversation; undefined: none. A turn in a conversation of another owner is
   * dropped.
   */
  readonly owner?: string | undefined;
  /**
   * The answer replaces an earlier answer to the same question. The window keeps only the newer
   * one.
   */
  readonly again?: boolean | undefined;
}

/** A finished answer, as stored in the database. */
export interface EndedTurn {
  readonly entry: LedgerEntry;
  /** Null for a request without a conversation: only its usage is stored. */
  readonly text: TurnText | null;
}

/** A turn that cannot be written now, with the cause. It is retried without blocking others. */
export interface DeferredTurn {
  readonly turn: EndedTurn;
  readonly cause: unknown;
}

/** Stores finished turns: ledger and transcript together. */
export interface TurnStore {
  /** Maximum turns per call, small enough not to block other work. */
  readonly batch: number;
  /**
   * Writes each turn whole, except turns whose row another transaction has locked. Idempotent: a
   * turn that is already stored is left as it is. A turn asked before its conversation was erased
   * is counted, without its text.
   *
   * @returns the turns that were not written
   * @throws the database's error; then none of the turns was written
   */
  record(turns: readonly EndedTurn[]): Promise<readonly DeferredTurn[]>;
  /** Returns those of the turns that are not stored. */
  missing(turns: readonly EndedTurn[]): Promise<readonly EndedTurn[]>;
}

/** A conversation in a listing. */
export interface ConversationSummary {
  readonly id: string;
  readonly userId: string | null;
  /** The start of its first question. */
  readonly title: string;
  readonly forkedFrom: string | null;
  readonly messages: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A message of a transcript. */
export interface TranscriptMessage {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly content: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Metadata of an answer; null for a question. */
  readonly details: AnswerDetails | null;
}

export interface AnswerDetails {
  readonly model: string;
  readonly status: string;
  readonly tier: string | null;
  readonly finishReason: string;
  readonly citations: readonly Citation[];
  /** It takes the place of the answer before to the same question. */
  readonly again?: boolean | undefined;
}

interface Key {
  readonly tenant: string;
  readonly conversationId: string;
}

/** Transcripts: all messages of a conversation, which outlive its context window. */
export interface Transcripts {
  /**
   * Lists conversations, newest first; with `query`, those with a message that contains this text.
   *
   * @throws RepriseError `invalid_request` for a cursor that this listing did not issue
   */
  list(listing: {
    tenant: string;
    /** Restricts the list to what this caller may see; undefined: all. */
    caller?: Caller | undefined;
    userId?: string | undefined;
    query?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ rows: readonly ConversationSummary[]; nextCursor: string | null }>;
  find(key: Key): Promise<ConversationSummary | undefined>;
  /** Messages, oldest first; empty for an unknown or erased conversation. */
  read(key: Key): Promise<readonly TranscriptMessage[]>;
  /**
   * Copies a conversation, whole or up to the turn of a message. The ledger is unchanged, so
   * nothing is counted twice.
   *
   * @returns the copy, or undefined if the conversation or message does not exist
   */
  fork(
    from: Key & {
      newConversationId: string;
      upToMessageId?: string | undefined;
      newId: () => string;
      now: number;
      /** Owner of the copy; undefined: none. */
      owner?: string | undefined;
    },
  ): Promise<ConversationSummary | undefined>;
  /**
   * Erases all texts of a conversation, including turns asked until `now` that are still pending.
   * Returns true if there were any.
   */
  erase(key: Key & { now: number }): Promise<boolean>;
}

/** Accepts finished turns and writes them to the database. */
export interface TurnRecorder {
  /**
   * Adds the turn to its conversation's window and queues it for the database, in one step if both
   * are in Redis. Does not wait for the database, which has it within a second.
   *
   * @throws the window's error; the turn is queued all the same
   */
  readonly record: (turn: EndedTurn) => Promise<void>;
  /**
   * Resolves when there is capacity for one more turn. Called before an answer starts, so that no
   * finished answer is rejected.
   *
   * @throws RepriseError `not_ready` when there is none after two seconds
   */
  readonly admit: () => Promise<void>;
  /**
   * Waits at most 500 ms until earlier answers of the tenant are in the database.
   *
   * @returns false when some are missing, or when it is unknown
   */
  settle(tenant: string): Promise<boolean>;
  /**
   * Writes the remaining turns for at most `timeoutMs`, and saves the rest for the next process.
   *
   * @param timeoutMs default 10 seconds
   */
  close(timeoutMs?: number): Promise<void>;
}
