import type { Citation } from "../knowledge/types.ts";
import type { LedgerEntry } from "../usage/types.ts";

/** What was said in one turn. */
export interface TurnText {
  readonly question: string;
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** When the question came, in milliseconds since the epoch. */
  readonly askedAt: number;
  /** Orders the turns of a conversation as its window has them. */
  readonly order: number;
}

/** An answer that has ended, as the system of record keeps it. */
export interface EndedTurn {
  readonly entry: LedgerEntry;
  /** Null: the request belongs to no conversation, only what it used is kept. */
  readonly text: TurnText | null;
}

/** Where ended turns are kept: ledger and transcript together. */
export interface TurnStore {
  /**
   * Keeps all of them or none. A turn that is there already is left as it is, so that whoever does not
   * know whether it was written may write it again; a turn that was asked before its conversation was
   * erased is counted and its text is not kept.
   */
  record(turns: readonly EndedTurn[]): Promise<void>;
  /** Those of the turns that are not there. */
  missing(turns: readonly EndedTurn[]): Promise<readonly EndedTurn[]>;
}

/** A conversation in a listing. */
export interface ConversationSummary {
  readonly id: string;
  readonly userId: string | null;
  /** The beginning of its first question. */
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
  /** What an answer has beside its text. */
  readonly details: AnswerDetails | null;
}

export interface AnswerDetails {
  readonly model: string;
  readonly status: string;
  readonly tier: string | null;
  readonly finishReason: string;
  readonly citations: readonly Citation[];
}

interface Key {
  readonly tenant: string;
  readonly conversationId: string;
}

/** What was said, for longer than the window that the model is shown. */
export interface Transcripts {
  /**
   * The newest first; with `query` those in which a message holds these words as they stand.
   *
   * @throws RepriseError `invalid_request` when the cursor is none of this listing
   */
  list(listing: {
    tenant: string;
    userId?: string | undefined;
    query?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ rows: readonly ConversationSummary[]; nextCursor: string | null }>;
  find(key: Key): Promise<ConversationSummary | undefined>;
  /** Oldest first; empty for a conversation that is unknown or erased. */
  read(key: Key): Promise<readonly TranscriptMessage[]>;
  /**
   * Copies a conversation, up to the turn of a message or whole. Nothing is counted twice: the ledger
   * is left as it is.
   *
   * @returns the copy, or undefined when there is no such conversation or message
   */
  fork(
    from: Key & {
      newConversationId: string;
      upToMessageId?: string | undefined;
      newId: () => string;
      now: number;
    },
  ): Promise<ConversationSummary | undefined>;
  /**
   * Removes every text of a conversation, also those that are still on their way here, asked until
   * `now`; true when there was one.
   */
  erase(key: Key & { now: number }): Promise<boolean>;
}

/** Takes ended turns on their way into the record. */
export interface TurnRecorder {
  /**
   * Puts the turn into its conversation's window and hands it to the record, where it is within a
   * second; in one step where both are in Redis. Not waited for: the record.
   *
   * @throws what the window threw; the turn is on its way to the record all the same
   */
  record(turn: EndedTurn): Promise<void>;
  /** Resolves when what this process took before is in the record, or after about a second. */
  settle(): Promise<void>;
  /** Writes what is left, for ten seconds at most, and stops. */
  close(): Promise<void>;
}
