import type { Document } from "@langchain/core/documents";
import type { RedisVectorStoreFilterType } from "@langchain/redis";
import { LRUCache } from "lru-cache";
import {
  escapeTag,
  HashVectorStore,
  type FoundHash,
  type HashVectorStoreOptions,
} from "./hash-vector-store.ts";
import {
  distanceInAnyScope,
  distanceInScope,
  SCOPE_DIMENSIONS,
  withAnyScope,
  withScope,
} from "./scoped-vectors.ts";

/** A search for the nearest in a scope. */
export interface ScopedSearch {
  /** As it stands in the field `scope` of the hashes. */
  readonly scope: string;
  /** What their keys begin with, and those of no other scope. */
  readonly keyPrefix: string;
  readonly vector: Float32Array;
  /** At most this many. */
  readonly limit: number;
  /** None farther than this cosine distance, but for the nearest of all. */
  readonly radius: number;
  /** Fields to give back. */
  readonly fields: readonly string[];
}

/** Scopes of up to this many hashes are compared one by one: exact, and faster than the graph. */
const SMALL_SCOPE = 500;
/** Asked for beyond the limit in the graph, at first and once more; each costs the transport of an entry. */
const LARGE_SPARES = [0, 32] as const;
/** How long a scope counts as small or large, in milliseconds. */
const SIZE_MS = 60_000;
/** Sizes that are kept in mind. */
const MAX_SIZES = 10_000;

/**
 * A vector store whose hashes belong to scopes. A small scope is compared one by one; for a large one
 * the graph is searched without a filter, since the scope is in the vectors. Both take about as long as
 * a search that knows no scopes: docs/decisions/2026-11-25-scoped-lookup.md.
 */
export class ScopedVectorStore extends HashVectorStore {
  private readonly sizes = new LRUCache<string, number>({ max: MAX_SIZES, ttl: SIZE_MS });

  constructor(options: HashVectorStoreOptions) {
    const dimensions = options.space.dimensions + SCOPE_DIMENSIONS;
    super({
      ...options,
      space: { ...options.space, dimensions },
      schema: { ...options.schema, scope: { type: "TAG", CASESENSITIVE: true } },
    });
  }

  /** The nearest of the scope, nearest first, with their cosine distance (0..2). */
  async searchInScope(search: ScopedSearch): Promise<readonly FoundHash[]> {
    const { scope } = search;
    const size = this.sizes.get(scope);
    if (size !== undefined && size > SMALL_SCOPE) return this.searchLarge(search);
    const found = await this.searchSmall(search);
    // Not waited for; where it fails the scope counts as small, which is slower and as exact.
    if (size === undefined) void this.learnSize(scope).catch(() => undefined);
    return found;
  }

  private async searchSmall(search: ScopedSearch): Promise<readonly FoundHash[]> {
    const { scope, vector, limit, fields } = search;
    const query = {
      filter: `(${inScope(scope)})`,
      policy: "HYBRID_POLICY ADHOC_BF",
      vector: withScope(vector, scope),
      limit,
      fields,
    };
    const around = await this.searchAround({ ...query, spare: 0 });
    const near = ownOf(around.found, search);
    // Expired ones may have taken the places of others.
    return mayHideMore(near, around, search)
      ? ownOf(await this.searchNearest(query), search)
      : near;
  }

  /**
   * One search of the whole graph, unless so many hashes of other scopes, or expired ones, are near that
   * they may hide some of this scope: then a wider one, and where that is not enough the scope alone.
   */
  private async searchLarge(search: ScopedSearch): Promise<readonly FoundHash[]> {
    const { scope, vector, limit, fields } = search;
    const query = {
      filter: "*",
      vector: withScope(vector, scope),
      limit,
      fields,
    };
    for (const spare of LARGE_SPARES) {
      const around = await this.searchAround({ ...query, spare });
      const near = ownOf(around.found, search);
      if (!mayHideMore(near, around, search)) return near;
    }
    return this.searchSmall(search);
  }

  private async learnSize(scope: string): Promise<void> {
    // Taken as small until it is known, so that it is counted once.
    this.sizes.set(scope, 0);
    this.sizes.set(scope, await this.count(inScope(scope)));
  }

  /** Writes documents of the scope `""`; see `HashVectorStore`. */
  override async addVectors(
    vectors: number[][],
    documents: Document[],
    options: { keys?: string[] } = {},
  ): Promise<void> {
    const whole = vectors.map((vector) => [...withScope(Float32Array.from(vector), "")]);
    await super.addVectors(whole, documents, options);
  }

  /** @returns the nearest documents of all scopes with their cosine distance (0..2) */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter: RedisVectorStoreFilterType = "*",
  ): Promise<[Document, number][]> {
    const whole = [...withAnyScope(Float32Array.from(query))];
    const found = await super.similaritySearchVectorWithScore(whole, k, filter);
    return found.map(([document, distance]) => [document, distanceInAnyScope(distance)]);
  }
}

function inScope(scope: string): string {
  return `@scope:{${escapeTag(scope)}}`;
}

/** Whether hashes of other scopes, or expired ones, took places that some of this scope should have. */
function mayHideMore(
  near: readonly FoundHash[],
  { last, isFull }: { readonly last: number; readonly isFull: boolean },
  { limit, radius }: ScopedSearch,
): boolean {
  if (!isFull || near.length >= limit) return false;
  return near.length === 0 || distanceInScope(last) <= radius;
}

/** What belongs to the scope and is near enough, and the nearest of it, whatever the search let through. */
function ownOf(
  found: readonly FoundHash[],
  { keyPrefix, radius, limit }: ScopedSearch,
): FoundHash[] {
  return found
    .filter(({ key }) => key.startsWith(keyPrefix))
    .map((hash) => ({ ...hash, score: distanceInScope(hash.score) }))
    .filter(({ score }, place) => place === 0 || score <= radius)
    .slice(0, limit);
}
