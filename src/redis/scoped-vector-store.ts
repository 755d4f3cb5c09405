import { Document } from "@langchain/core/documents";
import type { RedisVectorStoreFilterType } from "@langchain/redis";
import { LRUCache } from "lru-cache";
import {
  escapeTag,
  HashVectorStore,
  type FoundHash,
  type HashVectorStoreOptions,
} from "./hash-vector-store.ts";
import { distanceInScope, SCOPE_DIMENSIONS, withScope } from "./scoped-vectors.ts";

/** Filter of a search within a scope. */
export interface ScopeFilter {
  /** Value of the hash field `scope`. */
  readonly scope: string;
  /** Key prefix of this scope, and of no other. */
  readonly keyPrefix: string;
  /** Maximum cosine distance. The nearest result is returned at any distance. */
  readonly radius: number;
  /** Fields to return. */
  readonly fields: readonly string[];
}

interface ScopedSearch extends ScopeFilter {
  readonly vector: Float32Array;
  /** Maximum number of results. */
  readonly limit: number;
}

/** Scopes of up to this size are compared by brute force, which is exact and faster than the graph. */
const SMALL_SCOPE = 500;
/**
 * Extra results requested from the graph, in the first and second attempt. Each costs the transfer
 * of an entry.
 */
const LARGE_SPARES = [0, 32] as const;
/** TTL of a scope's cached size, in milliseconds. */
const SIZE_MS = 60_000;
/** Maximum number of cached sizes. */
const MAX_SIZES = 10_000;

/**
 * A vector store partitioned by scope. Small scopes are compared by brute force. Large ones use the
 * graph without a filter, because the scope is encoded in the vectors. Both take about as long as
 * an unscoped search: docs/decisions/2026-11-25-scoped-lookup.md.
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

  /** The nearest hashes of the scope, nearest first, with their cosine distance (0..2). */
  private async searchInScope(search: ScopedSearch): Promise<readonly FoundHash[]> {
    const { scope } = search;
    const size = this.sizes.get(scope);
    if (size !== undefined && size > SMALL_SCOPE) return this.searchLarge(search);
    const found = await this.searchSmall(search);
    // Not awaited. If it fails, the scope is treated as small, which is slower but exact.
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
    // Expired hashes may have displaced others; then search again with spare results.
    return mayHideMore(near, around, search)
      ? ownOf(await this.searchNearest(query), search)
      : near;
  }

  /**
   * Searches the whole graph. If hashes of other scopes, or expired ones, may have displaced
   * results, widens the search once, then falls back to brute force in the scope.
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
    // Set to small first, so that it is counted only once.
    this.sizes.set(scope, 0);
    this.sizes.set(scope, await this.count(inScope(scope)));
  }

  /**
   * The nearest documents of a scope, nearest first, with their cosine distance (0..2). The requested fields are
   * their metadata.
   *
   * @throws RangeError without a scope
   */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: RedisVectorStoreFilterType | ScopeFilter,
  ): Promise<[Document, number][]> {
    if (filter === undefined || typeof filter === "string" || Array.isArray(filter)) {
      throw new RangeError("a search needs a scope");
    }
    const vector = Float32Array.from(query);
    const found = await this.searchInScope({ ...filter, vector, limit: k });
    return found.map(({ key, fields, score }) => [
      new Document({ id: key, pageContent: fields[this.contentKey] ?? "", metadata: fields }),
      score,
    ]);
  }
}

function inScope(scope: string): string {
  return `@scope:{${escapeTag(scope)}}`;
}

/** True if hashes of other scopes, or expired ones, may have displaced results of this scope. */
function mayHideMore(
  near: readonly FoundHash[],
  { last, isFull }: { readonly last: number; readonly isFull: boolean },
  { limit, radius }: ScopedSearch,
): boolean {
  if (!isFull || near.length >= limit) return false;
  return near.length === 0 || distanceInScope(last) <= radius;
}

/** Keeps the results of this scope within the radius, and always the nearest one. */
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
