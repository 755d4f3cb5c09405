import type { Caller } from "../identity/types.ts";

/** What an answer was, for as long as its readers may say what they think of it. */
export interface ServedAnswer {
  /** `msg_…`. */
  readonly messageId: string;
  readonly conversationId: string | null;
  /** Whose it is; undefined: nobody's. */
  readonly owner?: string | undefined;
  /** True when a stored answer was served. */
  readonly isHit: boolean;
  /** The standalone question. */
  readonly question: string;
  /** The question of the stored answer, and how near it was; null for a new answer. */
  readonly matchedQuestion: string | null;
  readonly similarity: number | null;
  /** The stored answer that was served, or that this one was stored as; null where there is none. */
  readonly entry: {
    readonly scope: string;
    readonly id: string;
    readonly createdAt: number;
  } | null;
}

/** How long answers are remembered, in seconds. */
export const SERVED_TTL_SECONDS = 86_400;

/** Remembers which message was which stored answer, for a day. */
export interface ServedAnswers {
  note(tenant: string, served: ServedAnswer): Promise<void>;
  /** Undefined for a message that is unknown, of another tenant, or forgotten. */
  find(message: { tenant: string; messageId: string }): Promise<ServedAnswer | undefined>;
  close(): Promise<void>;
}

/** What a reader thought of an answer. */
export interface Feedback {
  readonly tenant: string;
  readonly messageId: string;
  /** To whom another's answer is not there; none: whoever may see everything. */
  readonly caller?: Caller | undefined;
  readonly rating: "up" | "down";
  readonly comment: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Where it is kept. */
export interface FeedbackStore {
  /** The last word on a message replaces what was said of it before. */
  put(feedback: Feedback): Promise<void>;
  find(message: { tenant: string; messageId: string }): Promise<Feedback | undefined>;
}
