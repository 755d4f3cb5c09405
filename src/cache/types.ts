import type { GuardReason } from "./guards/types.ts";
import type { Likeness } from "./likeness.ts";
import type { Citation, Page, RetrievalTrace } from "../knowledge/types.ts";
import type { TokenUsage } from "../usage/types.ts";
import type { ScopeConditions } from "./scope.ts";

export type CacheTier = "exact" | "semantic" | "verified";

/** Why a cached answer was or was not reused. Stable codes. */
export type LookupReason =
  | "exact-match"
  | "similarity-above-threshold"
  | "no-stored-answer"
  | "similarity-below-threshold"
  | "stale-evidence"
  | "entry-too-old"
  | "in-quarantine"
  | "evidence-agrees"
  | "evidence-differs"
  | "no-evidence"
  | "judged-same"
  | "judged-different"
  | "judge-unavailable"
  | "answered-in-flight"
  | "not-embedded"
  | "cache-unavailable"
  | Likeness
  | GuardReason;

/** A passage that an answer was made from, at that time. */
export interface Evidence {
  readonly documentId: string;
  /** A passage id is derived from the content, so an edited passage has another id. */
  readonly passageId: string;
}

/** The documents of the prompt that made an answer, cited or not, and how their reader saw the tenant's documents. */
export interface MadeFrom {
  readonly documentIds: readonly string[];
  /** Name of the reader's view; see `View`. */
  readonly view: string;
  /** Some of the documents had groups: the id of the entry then depends on the view. */
  readonly isRestricted: boolean;
}

/** A judge's decision: does the entry's answer also answer a near question? */
export interface Judgement {
  /** Entry id of the judged question in the same scope. */
  readonly questionId: string;
  readonly isSame: boolean;
}

/** Maximum judgements per entry; the latest are kept. */
export const MAX_JUDGEMENTS = 50;

/** Origin of an answer: generated, curated by a person, or imported. */
export type AnswerOrigin = "generated" | "curated" | "imported";

/** A cached answer. */
export interface AnswerEntry {
  /** `ans_…`, derived from scope and normalised question: storing the same question again replaces it. */
  readonly id: string;
  readonly tenant: string;
  /** Opaque tag of the scope: user, model, prompt, embedder, filter and locale. */
  readonly scope: string;
  /** The standalone question. */
  readonly question: string;
  /** The embedded and compared part of the question. Default: the whole. */
  readonly compared?: string | undefined;
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly evidence: readonly Evidence[];
  /** Retrieval of the question at the time of the answer. */
  readonly retrieved: RetrievalTrace;
  /** What decides who may be served it. Undefined: written by a person, or stored before documents had groups. */
  readonly madeFrom?: MadeFrom | undefined;
  /** Document filter of the request. Default: all documents. */
  readonly documentIds?: readonly string[] | undefined;
  /** Other parts of the request in the scope. Default: none. */
  readonly conditions?: ScopeConditions | undefined;
  readonly origin: AnswerOrigin;
  /** Pinned answers are not evicted, replaced or outdated by a new passage; only a change of their documents removes them. */
  readonly isPinned: boolean;
  /** In quarantine: not served until released or replaced by a new answer. Pinned answers are not replaced. */
  readonly isQuarantined: boolean;
  /** Judgements about near questions, oldest first. A new answer starts without any. */
  readonly judgements?: readonly Judgement[] | undefined;
  /** Version of the tenant's passages at the last successful check; see `PassageStore.version`. */
  readonly knowledgeVersion: string;
  /** Conversation of the answer; erasing it removes the entry. */
  readonly conversationId: string | null;
  /** Usage of the model call that made it. */
  readonly usage: TokenUsage;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Expiry in milliseconds since the epoch. Reading does not extend it. */
  readonly expiresAt: number;
}

/** The compared part of an entry's question. */
export function comparedOf({
  question,
  compared,
}: Pick<AnswerEntry, "question" | "compared">): string {
  return compared ?? question;
}

/** The view that an entry's id depends on; see `answerId`. */
export function viewOfId({ madeFrom }: Pick<AnswerEntry, "madeFrom">): string {
  return madeFrom?.isRestricted === true ? madeFrom.view : "";
}

/** An entry near a question. */
export interface NearEntry {
  readonly entry: AnswerEntry;
  /** Cosine similarity of the two questions, clamped to 0..1. */
  readonly similarity: number;
}

/** A search in a scope. */
export interface NearestQuery {
  readonly scope: string;
  /** L2-normalised question vector. */
  readonly vector: Float32Array;
  /** At most this many, nearest first. */
  readonly limit: number;
  /** Minimum similarity, except for the nearest entry. */
  readonly minSimilarity: number;
}

/** Store of cached answers. Never returns expired entries. */
export interface AnswerStore {
  /** The entry with this id in this scope. */
  get(query: { scope: string; id: string }): Promise<AnswerEntry | undefined>;
  /** Nearest first. */
  nearest(query: NearestQuery): Promise<readonly NearEntry[]>;
  /** Vector of the entry; undefined if it no longer exists. */
  vectorOf(query: { scope: string; id: string }): Promise<Float32Array | undefined>;
  /** Records that the entry is current under this version of the passages. No effect if it no longer exists. */
  confirm(entry: { scope: string; id: string; knowledgeVersion: string }): Promise<void>;
  /**
   * Stores or replaces atomically. True if stored; an expired entry is not.
   *
   * @param options `yieldToPinned`: does not replace a pinned answer
   */
  put(
    entry: AnswerEntry,
    vector: Float32Array,
    options?: { yieldToPinned?: boolean | undefined },
  ): Promise<boolean>;
  /** Removes the entry. True if it existed. */
  remove(query: { scope: string; id: string }): Promise<boolean>;
  /** Removes every entry of the tenant that was made from the document. Returns the number. */
  removeByDocument(query: { tenant: string; documentId: string }): Promise<number>;
  /** The entry with this id in any scope of the tenant. */
  find(query: { tenant: string; id: string }): Promise<AnswerEntry | undefined>;
  /**
   * Newest first. Entries that are stored or removed between two pages may be missing; all others appear once.
   *
   * @throws RepriseError `invalid_request` for an invalid cursor
   */
  list(query: AnswerListing): Promise<Page<AnswerEntry>>;
  /** Number of entries in the selection. */
  count(selection: AnswerSelection): Promise<number>;
  /** Removes the selection. Returns the number of entries. */
  removeAll(selection: AnswerSelection): Promise<number>;
  /**
   * Sets or clears the quarantine. False if the entry no longer exists.
   *
   * @param createdAt changes only the answer of this time, not a replacement
   */
  setQuarantined(query: {
    scope: string;
    id: string;
    isQuarantined: boolean;
    createdAt?: number | undefined;
  }): Promise<boolean>;
  /**
   * Adds a judgement to the entry, replacing one of the same question. False if the entry no longer exists.
   *
   * @param createdAt changes only the answer of this time, not a replacement
   */
  addJudgement(query: {
    scope: string;
    id: string;
    createdAt: number;
    judgement: Judgement;
  }): Promise<boolean>;
  close(): Promise<void>;
}

/** A selection of a tenant's entries: all, or those of a document or a conversation. */
export interface AnswerSelection {
  readonly tenant: string;
  /** Made from this document. */
  readonly documentId?: string | undefined;
  /** Made in this conversation. */
  readonly conversationId?: string | undefined;
  /** Expires before this time, in milliseconds since the epoch. */
  readonly expiresBefore?: number | undefined;
}

/** Parameters of a listing. */
export interface AnswerListing extends AnswerSelection {
  /** Question and answer together contain all content words of this text, in any form. Default: all entries. */
  readonly text?: string | undefined;
  /** At most this many. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Outcome of a flight. */
export type FlightOutcome =
  /** A complete answer, stored or not. Followers may reuse it while it is current. */
  | { readonly kind: "answered"; readonly entry: AnswerEntry }
  /** The model failed: followers get the same error. */
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      /** Seconds until a retry makes sense, if known. */
      readonly retryAfterSeconds?: number | undefined;
    }
  /** Stopped, truncated or lost: the followers try again, one of them as the next leader. */
  | { readonly kind: "abandoned" };

/** A place in a flight. */
export type Flight =
  | {
      readonly role: "leader";
      /** Tells those who wait; must be called exactly once, whatever happened. */
      finish(outcome: FlightOutcome): Promise<void>;
    }
  | { readonly role: "follower"; readonly outcome: FlightOutcome };

/** One model call per question in flight, across replicas. */
export interface SingleFlight {
  /**
   * The first caller leads, the others wait for its outcome. A leader that has not finished within
   * `maxFlightMs` counts as `abandoned`. Rejects with the signal's reason when it is aborted.
   */
  join(
    key: string,
    options: { maxFlightMs: number; signal?: AbortSignal | undefined },
  ): Promise<Flight>;
  close(): Promise<void>;
}

/** The judgements with one more, which replaces an earlier one of the same question. */
export function withJudgement(
  judgements: readonly Judgement[] = [],
  judgement: Judgement,
): readonly Judgement[] {
  const others = judgements.filter(({ questionId }) => questionId !== judgement.questionId);
  return [...others, judgement].slice(-MAX_JUDGEMENTS);
}

/** Whether a question was judged to be the entry's; undefined where it was not judged. */
export function judgementOf(
  { judgements = [] }: Pick<AnswerEntry, "judgements">,
  questionId: string,
): boolean | undefined {
  return judgements.find((judgement) => judgement.questionId === questionId)?.isSame;
}
