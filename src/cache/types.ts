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

/** A passage that an answer was made from, as it was then. */
export interface Evidence {
  readonly documentId: string;
  /** Passage ids are made from content, so an edited passage has another id. */
  readonly passageId: string;
}

/** What a model said of a question near that of an entry: whether the entry's answer is its answer too. */
export interface Judgement {
  /** The id that an answer to the judged question has in the same scope. */
  readonly questionId: string;
  readonly isSame: boolean;
}

/** Judgements that an entry keeps, the last ones. */
export const MAX_JUDGEMENTS = 50;

/** Who made an answer: the model, a person, or the model elsewhere or before. */
export type AnswerOrigin = "generated" | "curated" | "imported";

/** A stored answer. */
export interface AnswerEntry {
  /** `ans_…`, made from scope and normalised question: storing the same question again replaces it. */
  readonly id: string;
  readonly tenant: string;
  /** Who may be served this and under which model, prompt, embedder, filter and locale: an opaque tag. */
  readonly scope: string;
  /** The standalone question, as it was asked. */
  readonly question: string;
  /** What of the question was embedded and is compared; none: all of it. */
  readonly compared?: string | undefined;
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly evidence: readonly Evidence[];
  /** What its question retrieved when it was answered. */
  readonly retrieved: RetrievalTrace;
  /** The document filter that it was answered under; none: all documents. */
  readonly documentIds?: readonly string[] | undefined;
  /** What else of its request is in its scope; none: a plain request. */
  readonly conditions?: ScopeConditions | undefined;
  readonly origin: AnswerOrigin;
  /** Pinned answers give way to no others, and to no new passage; only to a change of their documents. */
  readonly isPinned: boolean;
  /** Not served until it is released, or replaced by a new answer to its question; pinned ones stay. */
  readonly isQuarantined: boolean;
  /** Of questions near its own, oldest first; a new answer to its question begins without any. */
  readonly judgements?: readonly Judgement[] | undefined;
  /** The state of the tenant's passages under which it was last found true; see `PassageStore.version`. */
  readonly knowledgeVersion: string;
  /** The conversation it was made in, so that erasing the one can erase the other. */
  readonly conversationId: string | null;
  /** What the model call that made it used. */
  readonly usage: TokenUsage;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch; absolute, reading never extends it. */
  readonly expiresAt: number;
}

/** What of an entry's question is compared. */
export function comparedOf({
  question,
  compared,
}: Pick<AnswerEntry, "question" | "compared">): string {
  return compared ?? question;
}

/** An entry near a question. */
export interface NearEntry {
  readonly entry: AnswerEntry;
  /** Cosine similarity of the two questions, clamped to 0..1. */
  readonly similarity: number;
}

/** Where to look for answers. */
export interface NearestQuery {
  readonly scope: string;
  /** L2-normalised question vector. */
  readonly vector: Float32Array;
  /** At most this many, nearest first. */
  readonly limit: number;
  /** Entries below this similarity are left out, but for the nearest of all. */
  readonly minSimilarity: number;
}

/** Stored answers. Expired entries are never returned. */
export interface AnswerStore {
  /** The entry with this id if it stands in this scope. */
  get(query: { scope: string; id: string }): Promise<AnswerEntry | undefined>;
  /** Nearest first. */
  nearest(query: NearestQuery): Promise<readonly NearEntry[]>;
  /** The vector that the entry was stored with; undefined when it is gone. */
  vectorOf(query: { scope: string; id: string }): Promise<Float32Array | undefined>;
  /** Notes that the entry was found true under this state of the passages; nothing when it is gone. */
  confirm(entry: { scope: string; id: string; knowledgeVersion: string }): Promise<void>;
  /**
   * Stores or replaces, as one step; true when stored. An entry whose expiry has passed is not.
   *
   * @param options `yieldToPinned`: where a pinned answer to the question stands, it stays
   */
  put(
    entry: AnswerEntry,
    vector: Float32Array,
    options?: { yieldToPinned?: boolean | undefined },
  ): Promise<boolean>;
  /** Removes the entry; true when it was there. */
  remove(query: { scope: string; id: string }): Promise<boolean>;
  /** Removes every entry of the tenant whose evidence names the document; says how many. */
  removeByDocument(query: { tenant: string; documentId: string }): Promise<number>;
  /** The entry with this id, in whatever scope of the tenant. */
  find(query: { tenant: string; id: string }): Promise<AnswerEntry | undefined>;
  /**
   * The newest first. What is stored or removed between two pages is in the listing or not; everything
   * else is in it once.
   *
   * @throws RepriseError `invalid_request` for a cursor that no listing gave
   */
  list(query: AnswerListing): Promise<Page<AnswerEntry>>;
  /** How many entries there are of this selection. */
  count(selection: AnswerSelection): Promise<number>;
  /** Removes the selection; says how many entries that were. */
  removeAll(selection: AnswerSelection): Promise<number>;
  /**
   * Puts the entry in quarantine or takes it out; false when it is gone.
   *
   * @param createdAt only the answer that was made then, not one that has replaced it
   */
  setQuarantined(query: {
    scope: string;
    id: string;
    isQuarantined: boolean;
    createdAt?: number | undefined;
  }): Promise<boolean>;
  /**
   * Keeps a judgement with the entry, in place of an earlier one of the same question; false when the
   * entry is gone.
   *
   * @param createdAt only with the answer that was made then, not one that has replaced it
   */
  addJudgement(query: {
    scope: string;
    id: string;
    createdAt: number;
    judgement: Judgement;
  }): Promise<boolean>;
  close(): Promise<void>;
}

/** Some of a tenant's entries: all, or those of a document or a conversation. */
export interface AnswerSelection {
  readonly tenant: string;
  /** Their evidence names this document. */
  readonly documentId?: string | undefined;
  /** They were made in this conversation. */
  readonly conversationId?: string | undefined;
}

/** Which entries to list. */
export interface AnswerListing extends AnswerSelection {
  /** Question and answer together have all content words of this text, in whatever form; none: all. */
  readonly text?: string | undefined;
  /** At most this many. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How the leader of a flight ended. */
export type FlightOutcome =
  /** A complete answer, stored or not: whoever waited may be given it while it is true. */
  | { readonly kind: "answered"; readonly entry: AnswerEntry }
  /** The model failed: whoever waited gets the same error. */
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      /** After which a retry makes sense, where known. */
      readonly retryAfterSeconds?: number | undefined;
    }
  /** Stopped, truncated or lost: whoever waited tries again, one of them as the next leader. */
  | { readonly kind: "abandoned" };

/** A place in a flight. */
export type Flight =
  | {
      readonly role: "leader";
      /** Tells those who wait; must be called exactly once, whatever happened. */
      finish(outcome: FlightOutcome): Promise<void>;
    }
  | { readonly role: "follower"; readonly outcome: FlightOutcome };

/** One model call for the same question in flight, here or on another replica. */
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
