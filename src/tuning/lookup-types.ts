import type { CacheTier } from "../cache/types.ts";
import type { CacheReason } from "../chat/types.ts";
import type { Page, RetrievalTrace } from "../knowledge/types.ts";
import type { LabelSource, Saving, ServedFrom } from "./types.ts";

/** A cache entry near a question, reduced to what depends on thresholds. */
export interface LoggedCandidate {
  readonly entryId: string;
  /** Cosine similarity, 0..1. */
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
}

/**
 * The cache entry of a lookup: the one served, else the first that some threshold would serve, else
 * the nearest.
 */
export interface LoggedNearest extends LoggedCandidate {
  /** Null if only hashes are logged, or its conversation was erased. */
  readonly question: string | null;
  readonly questionHash: string;
  /** The conversation it was generated in. */
  readonly conversationId: string | null;
  /** Documents it was made from, first cited first. */
  readonly documentIds: readonly string[];
  /** Savings of a hit, at the prices of the day. */
  readonly saved: Saving & { readonly priced: boolean };
}

/** One lookup of the cache. */
export interface LoggedLookup {
  readonly tenant: string;
  /** Id of the message. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly conversationId: string | null;
  readonly scope: string;
  /** The standalone question; null if only hashes are logged. */
  readonly question: string | null;
  readonly questionHash: string;
  readonly verdict: "hit" | "miss";
  readonly tier: CacheTier | null;
  readonly reasons: readonly CacheReason[];
  /** Thresholds in force for this lookup. */
  readonly thresholds: { readonly serve: number; readonly grey: number };
  /** Null if nothing was near. */
  readonly nearest: LoggedNearest | null;
  /**
   * How far the threshold would have to be lowered to serve `nearest`; null unless it is a near
   * miss.
   */
  readonly belowBy: number | null;
  /** At most three, nearest first; empty for an exact hit. */
  readonly candidates: readonly LoggedCandidate[];
  /** Retrieval of the question; null if it was not run or only hashes are logged. */
  readonly retrieved: RetrievalTrace | null;
  readonly embedderId: string;
  /** Version of the tenant's passages. */
  readonly knowledgeVersion: string;
  /** Savings of a later hit on the answer stored after this miss; null if none was stored. */
  readonly answer: Saving | null;
}

/** A label: whether `nearest` answers the question. */
export interface LookupLabel {
  readonly source: LabelSource;
  /** True if one answer fits both questions. */
  readonly same: boolean;
  readonly author: string;
  readonly note: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A lookup with its labels, highest priority first. */
export interface LabelledLookup extends LoggedLookup {
  readonly labels: readonly LookupLabel[];
}

/** Selects lookups. */
export interface LookupSelection {
  readonly tenant: string;
  /** By the label with the highest priority; undefined: all. */
  readonly label?: "none" | "any" | "same" | "different" | undefined;
  readonly verdict?: "hit" | "miss" | undefined;
  /**
   * Lookups for review. `unsure`: an answer served within 0.02 of the threshold, or from the grey zone below
   * it. `stale`: a cached answer that was not served because its documents have changed.
   */
  readonly review?: "unsure" | "stale" | undefined;
  /** Milliseconds since the epoch, included. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, not included. */
  readonly to?: number | undefined;
}

interface LookupKey {
  readonly tenant: string;
  readonly id: string;
}

/** The lookup log in the database. */
export interface LookupStore {
  /** Adds lookups, except those already stored or whose conversation has been erased. */
  add(lookups: readonly LoggedLookup[]): Promise<void>;
  find(key: LookupKey): Promise<LabelledLookup | undefined>;
  /**
   * Lists lookups, newest first. With `nearMissesFirst`: near misses by hundredths below the
   * threshold, then hits by similarity, then the rest; in each group in a random order derived from
   * the ids.
   *
   * @throws RepriseError `invalid_request` for a cursor that this listing did not issue
   */
  list(
    listing: LookupSelection & {
      nearMissesFirst: boolean;
      limit: number;
      cursor?: string | undefined;
    },
  ): Promise<Page<LabelledLookup>>;
  /** All lookups, oldest first, read in pages as the caller consumes them. */
  all(selection: LookupSelection): AsyncIterable<LabelledLookup>;
  /**
   * Sets the label of one source, replacing its earlier one. Returns false if the lookup does not
   * exist.
   */
  label(key: LookupKey, label: LookupLabel): Promise<boolean>;
  /** Removes the label of one source. Returns false if there was none. */
  unlabel(key: LookupKey & { source: LabelSource }): Promise<boolean>;
  /** Number of hits and time of the last hit of each entry; entries without hits are absent. */
  timesServed(query: {
    tenant: string;
    /** At most 200. */
    entryIds: readonly string[];
  }): Promise<ReadonlyMap<string, { readonly hits: number; readonly lastAt: number }>>;
  /** Removes a tenant's oldest lookups beyond `keep`. Returns their number. */
  trim(bound: { tenant: string; keep: number }): Promise<number>;
}
