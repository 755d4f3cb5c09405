import { Document } from "@langchain/core/documents";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import {
  type RedisAddOptions,
  RedisVectorStore,
  type RedisVectorStoreConfig,
  type RedisVectorStoreFilterType,
} from "@langchain/redis";
import type { RediSearchSchema } from "redis";
import type { RedisClient, RedisConnection } from "./connection.ts";
import { RedisUnavailable } from "./redis-unavailable.ts";
import type { VectorSpace } from "./vector-space.ts";

type CreateOptions = NonNullable<Parameters<RedisClient["ft"]["create"]>[2]>;

/** A hash found by a search. */
export interface FoundHash {
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Cosine distance (0..2) in a vector search, the text score in a text search. */
  readonly score: number;
}

/** Definition of an index and dependencies of its store. */
export interface HashVectorStoreOptions {
  readonly connection: RedisConnection;
  readonly space: VectorSpace;
  readonly indexName: string;
  readonly keyPrefix: string;
  /** The hash field with the text of a LangChain document. */
  readonly contentField: string;
  /** Indexed fields other than the vector. */
  readonly schema: RediSearchSchema;
  /** Embeds texts for LangChain's own methods. */
  readonly embeddings: EmbeddingsInterface;
}

/** HNSW parameters. */
const GRAPH = { M: 16, EF_CONSTRUCTION: 200, EF_RUNTIME: 100 } as const;
/** Extra results requested beyond the limit: expired hashes that are still indexed come back empty. */
const SPARE = 8;

/** A vector search. */
export interface VectorSearch {
  /** Filter in RediSearch's query language. */
  readonly filter: string;
  /** RediSearch's hybrid policy, such as `HYBRID_POLICY ADHOC_BF`; chosen by RediSearch by default. */
  readonly policy?: string | undefined;
  readonly vector: Float32Array;
  /** Maximum number of results. */
  readonly limit: number;
  /**
   * Extra results requested beyond the limit, default 8: expired hashes that are still indexed come
   * back empty.
   */
  readonly spare?: number | undefined;
  /** Fields to return. */
  readonly fields: readonly string[];
}

/** Letters by which a spelling may differ; two swaps are four. */
const MAX_SLIPS = 3;

/** Raw results of a vector search. */
interface VectorResults {
  readonly found: readonly FoundHash[];
  /** Cosine distance (0..2) of the last result; 0 without results. */
  readonly last: number;
  /** True if there may be further results beyond the last. */
  readonly isFull: boolean;
}

/**
 * A LangChain `RedisVectorStore` over hashes that the adapters write with their own keys, TTLs and
 * fields. Searches are typed and take filters; the index is created once and not checked on every
 * write. Reasons for the overrides: docs/decisions/2026-11-25-redis-vector-store-extended.md.
 *
 * @throws RedisUnavailable from every method while Redis is unavailable or the index is missing
 */
export class HashVectorStore extends RedisVectorStore {
  private readonly parts: HashVectorStoreOptions;

  constructor(parts: HashVectorStoreOptions) {
    super(parts.embeddings, {
      // The base class declares the client of another major version, but accepts this one.
      redisClient: parts.connection.client as unknown as RedisVectorStoreConfig["redisClient"],
      indexName: parts.indexName,
      keyPrefix: parts.keyPrefix,
      contentKey: parts.contentField,
      vectorKey: parts.space.field,
    });
    this.parts = parts;
  }

  /** Creates the index if it is missing. Existing hashes are indexed in the background. */
  override async createIndex(): Promise<void> {
    // A full or read-only Redis rejects FT.CREATE even if the index exists.
    if (await this.hasIndex()) return;
    const { connection, space, indexName, keyPrefix, schema } = this.parts;
    const vector = {
      type: "VECTOR",
      ALGORITHM: "HNSW",
      TYPE: "FLOAT32",
      DIM: space.dimensions,
      DISTANCE_METRIC: "COSINE",
      ...GRAPH,
      AS: "vector",
    } as const;
    const fields: RediSearchSchema = { [space.field]: vector, ...schema };
    const options: CreateOptions = { ON: "HASH", PREFIX: keyPrefix, STOPWORDS: [] };
    try {
      await connection.run((client) => client.ft.create(indexName, fields, options));
    } catch (error) {
      if (!/index already exists/i.test(String(error))) throw error;
    }
  }

  /**
   * Documents are written with the sets and expiries that belong to them, so the base class must not write them.
   *
   * @throws TypeError always; a subclass may write
   */
  override async addVectors(
    _vectors: number[][],
    _documents: Document[],
    _options?: RedisAddOptions,
  ): Promise<void> {
    throw new TypeError(`documents of ${this.indexName} are written by its adapter`);
  }

  /** @returns the nearest documents with their cosine distance (0..2), like the base class */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter: RedisVectorStoreFilterType = "*",
  ): Promise<[Document, number][]> {
    const found = await this.searchNearest({
      filter: typeof filter === "string" ? filter : filter.join("|"),
      vector: Float32Array.from(query),
      limit: k,
      fields: [this.contentKey],
    });
    return found.map(({ key, fields, score }) => {
      return [new Document({ id: key, pageContent: fields[this.contentKey] ?? "" }), score];
    });
  }

  /** The nearest hashes that pass the filter (`*`: all), nearest first. */
  async searchNearest(query: VectorSearch): Promise<readonly FoundHash[]> {
    const { found } = await this.searchAround(query);
    return found.slice(0, query.limit);
  }

  /** Full-text search by BM25, best first. */
  async searchText(query: {
    query: string;
    limit: number;
    fields: readonly string[];
  }): Promise<readonly FoundHash[]> {
    const reply = await this.run((client) =>
      client.ft.search(this.indexName, query.query, {
        SCORER: "BM25STD",
        WITHSCORES: true,
        RETURN: [...query.fields],
        LIMIT: { from: 0, size: query.limit + SPARE },
        DIALECT: 2,
      }),
    );
    return reply.documents
      .map(({ id, value, score }) => ({ key: id, fields: texts(value), score: Number(score) }))
      .filter(({ fields }) => isThere(fields))
      .slice(0, query.limit);
  }

  /** Indexed words near each of these that no text has: at most `MAX_SLIPS` letters differ. */
  async findSpellings(words: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const reply = await this.run((client) =>
      client.ft.spellCheck(this.indexName, words.join(" "), { DISTANCE: MAX_SLIPS, DIALECT: 2 }),
    );
    return new Map(
      reply.map(({ term, suggestions }) => [term, suggestions.map(({ suggestion }) => suggestion)]),
    );
  }

  /** Number of indexed hashes that pass the filter. */
  async count(filter = "*"): Promise<number> {
    const reply = await this.run((client) =>
      client.ft.search(this.indexName, filter, { LIMIT: { from: 0, size: 0 }, DIALECT: 2 }),
    );
    return reply.total;
  }

  private async hasIndex(): Promise<boolean> {
    try {
      await this.run((client) => client.ft.info(this.indexName));
      return true;
    } catch (error) {
      if (error instanceof MissingIndex) return false;
      throw error;
    }
  }

  /** Vector search with extra results, and how far it reached. */
  protected async searchAround({
    filter,
    policy = "",
    ...search
  }: VectorSearch): Promise<VectorResults> {
    const { vector, limit, fields, spare = SPARE } = search;
    const size = limit + spare;
    const nearest = `=>[KNN ${size} @vector $vector ${policy} AS distance]`;
    const reply = await this.run((client) =>
      client.ft.search(this.indexName, filter + nearest, {
        PARAMS: { vector: toBuffer(vector) },
        RETURN: [...fields, "distance"],
        LIMIT: { from: 0, size },
        DIALECT: 2,
      }),
    );
    const found = reply.documents
      .map(({ id, value }) => {
        const { distance, ...own } = texts(value);
        return { key: id, fields: own, score: Number(distance) };
      })
      .filter(({ fields: own }) => isThere(own))
      // Sorted here, which is faster than SORTBY in Redis.
      .sort((one, other) => one.score - other.score);
    return { found, last: found.at(-1)?.score ?? 0, isFull: reply.documents.length === size };
  }

  private async run<Value>(work: (client: RedisClient) => Promise<Value>): Promise<Value> {
    try {
      return await this.parts.connection.run(work);
    } catch (error) {
      if (!/no such index|unknown index/i.test(String(error))) throw error;
      throw new MissingIndex(this.indexName, error);
    }
  }
}

/** The index is missing: never created, or lost with Redis's data. */
export class MissingIndex extends RedisUnavailable {
  constructor(indexName: string, cause: unknown) {
    super(`the index ${indexName} is missing`, { mayHaveHappened: false, cause });
  }
}

/** Encodes a vector as RediSearch expects it: 32-bit floats. */
export function toBuffer(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** Decodes a vector. */
export function toVector(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Escapes a tag for a query. */
export function escapeTag(tag: string): string {
  return tag.replace(/[^\p{L}\p{N}_]/gu, "\\$&");
}

function texts(value: object): Record<string, string> {
  const entries = Object.entries(value).map(([name, text]) => [name, String(text)]);
  return Object.fromEntries(entries);
}

/** An expired hash that is still indexed comes back without fields. */
function isThere(fields: Readonly<Record<string, string>>): boolean {
  return Object.keys(fields).length > 0;
}
