import type { Caller } from "../identity/types.ts";

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
  readonly rating: "up" | "down";
  readonly comment: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Stores feedback. */
export interface FeedbackStore {
  /** Stores a rating, replacing an earlier one of the same message. */
  put(feedback: Feedback): Promise<void>;
  find(message: { tenant: string; messageId: string }): Promise<Feedback | undefined>;
}
