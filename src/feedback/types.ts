import type { Caller } from "../identity/types.ts";
import type { Page } from "../knowledge/types.ts";

/** A served answer, remembered while readers may rate it. */
export interface ServedAnswer {
  /** `msg_…`. */
  readonly messageId: string;
  readonly conversationId: string | null;
  /** Owner of the conversation; undefined: none. */
  readonly owner?: string | undefined;
  /** True for a cache hit. */
  readonly isHit: boolean;
  /** The standalone question. */
  readonly question: string;
  /** The cached question and its similarity; null for a new answer. */
  readonly matchedQuestion: string | null;
  readonly similarity: number | null;
  /** The cache entry that was served, or that this answer was stored as; null if there is none. */
  readonly entry: {
    readonly scope: string;
    readonly id: string;
    readonly createdAt: number;
  } | null;
}

/** TTL of served answers, in seconds. */
export const SERVED_TTL_SECONDS = 86_400;

/** Maps messages to cache entries, for a day. */
export interface ServedAnswers {
  note(tenant: string, served: ServedAnswer): Promise<void>;
  /** Undefined for a message that is unknown, of another tenant, or expired. */
  find(message: { tenant: string; messageId: string }): Promise<ServedAnswer | undefined>;
  close(): Promise<void>;
}

/** A reader's rating of an answer. */
export interface Feedback {
  readonly tenant: string;
  readonly messageId: string;
  /** Restricts access to the caller's own answers; undefined: unrestricted. */
  readonly caller?: Caller | undefined;
  readonly rating: Rating;
  readonly comment: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export type Rating = "up" | "down";

/** What was rated. */
export interface RatedAnswer {
  readonly conversationId: string | null;
  /** The standalone question. */
  readonly question: string | null;
  /** The cache entry that was served, or that the answer was stored as. */
  readonly entryId: string | null;
}

/** What a reviewer does with an answer. `correct`: gives it another text. */
export const REVIEW_ACTIONS = ["keep", "correct", "pin", "remove"] as const;

export type ReviewAction = (typeof REVIEW_ACTIONS)[number];

/** How a reviewer resolved an item. */
export interface Resolution {
  readonly action: ReviewAction;
  /** Name of the reviewer's API key. */
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Feedback with what was rated. */
export interface StoredFeedback extends Omit<Feedback, "caller">, RatedAnswer {
  /** The text that the reader got, if the transcript still has it. */
  readonly answer: string | null;
  /** Null: open. */
  readonly resolution: Resolution | null;
}

/** Feedback for review: `reported` is a bad rating, `noted` a comment on a good one. */
export interface FeedbackListing {
  readonly tenant: string;
  readonly reason: "reported" | "noted";
  readonly state: "open" | "done";
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Stores feedback. */
export interface FeedbackStore {
  /** Stores a rating, replacing an earlier one of the same message and its resolution. */
  put(feedback: Feedback & RatedAnswer): Promise<void>;
  find(message: { tenant: string; messageId: string }): Promise<StoredFeedback | undefined>;
  /**
   * Newest first.
   *
   * @throws RepriseError `invalid_request` for a cursor that this listing did not issue
   */
  list(listing: FeedbackListing): Promise<Page<StoredFeedback>>;
  /** Ratings in a conversation by message id; messages without one are absent. */
  ratingsOf(conversation: {
    tenant: string;
    conversationId: string;
  }): Promise<ReadonlyMap<string, Rating>>;
  /** Returns false if the message has no feedback. */
  resolve(message: { tenant: string; messageId: string }, resolution: Resolution): Promise<boolean>;
}
