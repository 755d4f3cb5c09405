import type { CacheReason, CacheTier } from "../chat/types.ts";
import type { Page, RetrievalTrace } from "../knowledge/types.ts";
import type { LabelSource, Saving, ServedFrom } from "./types.ts";

/** A stored answer near a question, as far as thresholds care. */
export interface LoggedCandidate {
  readonly entryId: string;
  /** Cosine similarity, 0..1. */
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
}

/** The stored answer that a lookup is about: the one served, else the first that some threshold would serve, else the nearest. */
export interface LoggedNearest extends LoggedCandidate {
  /** Null where only hashes are kept, or once its conversation is erased. */
  readonly question: string | null;
  readonly questionHash: string;
  /** The conversation that it was made in. */
  readonly conversationId: string | null;
  /** That it was made from, the first cited first. */
  readonly documentIds: readonly string[];
  /** What serving it spares, at the prices of the day. */
  readonly saved: Saving & { readonly priced: boolean };
}

/** One lookup of the cache. */
export interface LoggedLookup {
  readonly tenant: string;
  /** The message's id. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly conversationId: string | null;
  readonly scope: string;
  /** Standalone; null where only hashes are kept. */
  readonly question: string | null;
  readonly questionHash: string;
  readonly verdict: "hit" | "miss";
  readonly tier: CacheTier | null;
  readonly reasons: readonly CacheReason[];
  /** In force for it. */
  readonly thresholds: { readonly serve: number; readonly grey: number };
  /** Null where nothing was near. */
  readonly nearest: LoggedNearest | null;
  /** How far the threshold would have to fall until `nearest` is served; null for anything but near misses. */
  readonly belowBy: number | null;
  /** Nearest first, three at most; none where the exact tier served. */
  readonly candidates: readonly LoggedCandidate[];
  /** What the question retrieved; null where it was not asked, or only hashes are kept. */
  readonly retrieved: RetrievalTrace | null;
  readonly embedderId: string;
  /** The state of the tenant's passages. */
  readonly knowledgeVersion: string;
  /** True when the answer to the missed question was stored. */
  readonly isStored: boolean;
}

/** A word on whether `nearest` answers the question. */
export interface LookupLabel {
  readonly source: LabelSource;
  /** True: one answer does for both questions. */
  readonly same: boolean;
  readonly author: string;
  readonly note: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A lookup with all that was said of it, the weightiest first. */
export interface LabelledLookup extends LoggedLookup {
  readonly labels: readonly LookupLabel[];
}

/** Which lookups. */
export interface LookupSelection {
  readonly tenant: string;
  /** By the weightiest label; undefined: all. */
  readonly label?: "none" | "any" | "same" | "different" | undefined;
  readonly verdict?: "hit" | "miss" | undefined;
  /** Milliseconds since the epoch, included. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, not included. */
  readonly to?: number | undefined;
}

interface LookupKey {
  readonly tenant: string;
  readonly id: string;
}

/** Lookups in the system of record. */
export interface LookupStore {
  /** Those that are there already, or whose conversation has been erased since, are left out. */
  add(lookups: readonly LoggedLookup[]): Promise<void>;
  find(key: LookupKey): Promise<LabelledLookup | undefined>;
  /**
   * The newest first. With `nearMissesFirst` those below the threshold that come closest, by hundredths,
   * then what was served by similarity, then the rest; within each in an order drawn from their ids.
   *
   * @throws RepriseError `invalid_request` for a cursor that no such listing gave
   */
  list(
    listing: LookupSelection & {
      nearMissesFirst: boolean;
      limit: number;
      cursor?: string | undefined;
    },
  ): Promise<Page<LabelledLookup>>;
  /** Oldest first, read in pages while the caller takes them. */
  all(selection: LookupSelection): AsyncIterable<LabelledLookup>;
  /** Says it, or says it anew; a source has one word on a lookup. False when there is no such lookup. */
  label(key: LookupKey, label: LookupLabel): Promise<boolean>;
  /** Takes the word of a source back; false when there was none. */
  unlabel(key: LookupKey & { source: LabelSource }): Promise<boolean>;
  /** How often each of these stored answers was served, and when last; those that never were are left out. */
  timesServed(query: {
    tenant: string;
    /** 200 at most. */
    entryIds: readonly string[];
  }): Promise<ReadonlyMap<string, { readonly hits: number; readonly lastAt: number }>>;
  /** Removes the oldest of a tenant beyond `keep`; says how many. */
  trim(bound: { tenant: string; keep: number }): Promise<number>;
}
