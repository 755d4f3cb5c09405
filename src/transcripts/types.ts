import type { Caller } from "../identity/types.ts";
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
  /** Whose the conversation is; none: nobody's. A turn in another's conversation is not kept. */
  readonly owner?: string | undefined;
  /** It was asked for in the place of an answer before: the window holds the newer one alone. */
  readonly again?: boolean | undefined;
}

/** An answer that has ended, as the system of record keeps it. */
export interface EndedTurn {
  readonly entry: LedgerEntry;
  /** Null: the request belongs to no conversation, only what it used is kept. */
  readonly text: TurnText | null;
}

/** A turn that cannot be recorded now, with its cause; others go on, and it is tried again. */
export interface SetAsideTurn {
  readonly turn: EndedTurn;
  readonly cause: unknown;
}

/** Where ended turns are kept: ledger and transcript together. */
export interface TurnStore {
  /** Turns of one call: so few that it holds up nobody. */
  readonly batch: number;
  /**
   * Keeps all of them but those that wait for a row which another transaction holds, each whole. A turn
   * that is there already is left as it is, so that whoever does not know whether it was written may
   * write it again; a turn that was asked before its conversation was erased is counted and its text is
   * not kept.
   *
   * @returns the turns of which nothing was kept
   * @throws what the database threw; then nothing of any was kept
   */
  record(turns: readonly EndedTurn[]): Promise<readonly SetAsideTurn[]>;
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
  /** It takes the place of the answer before to the same question. */
  readonly again?: boolean | undefined;
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
    /** What this caller may see; none: all. */
    caller?: Caller | undefined;
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
      /** Whose the copy is; none: nobody's. */
      owner?: string | undefined;
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
  /**
   * Resolves when there is room for one more turn. Asked before an answer begins, so that what was
   * answered never finds the record full.
   *
   * @throws RepriseError `not_ready` when there is still none after two seconds
   */
  admit(): Promise<void>;
  /**
   * Waits until what was answered before is in the record, 500 ms at most.
   *
   * @param tenant whose answers matter
   * @returns false when some of it is not, or it cannot be told
   */
  settle(tenant: string): Promise<boolean>;
  /**
   * Writes what is left, for `timeoutMs` at most, and keeps the rest for the next process.
   *
   * @param timeoutMs default ten seconds
   */
  close(timeoutMs?: number): Promise<void>;
}
