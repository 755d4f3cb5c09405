import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { RediSearchSchema } from "redis";
import type { RedisConnection } from "../redis/connection.ts";
import { HashVectorStore, type MissingIndex } from "../redis/hash-vector-store.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import type { VectorSpace } from "../redis/vector-space.ts";

/** Words are stored as our own stems, so that Redis finds what the index in process finds. */
const SCHEMA = {
  document: { type: "TAG", CASESENSITIVE: true },
  title: { type: "TEXT", NOSTEM: true, WEIGHT: 2 },
  headings: { type: "TEXT", NOSTEM: true, WEIGHT: 1.5 },
  text: { type: "TEXT", NOSTEM: true },
} as const satisfies RediSearchSchema;

/** The tenants' indexes of passages. */
export interface PassageIndexes {
  of(tenant: string): HashVectorStore;
  create(tenant: string): Promise<void>;
  /** Makes the index unless this process has made it, or has seen it, before. */
  ensure(tenant: string): Promise<void>;
  /**
   * What a missing index means: nothing where Redis has still all its data, since the tenant has no
   * documents then. Otherwise the error is thrown, and whoever fills the indexes is told.
   */
  explainMissing(tenant: string, error: MissingIndex): Promise<void>;
}

/** An index for each tenant, made when the tenant's first document comes. */
export function createPassageIndexes({
  connection,
  space,
  embeddings,
  isSameData,
  onLost = () => {},
}: {
  connection: RedisConnection;
  space: VectorSpace;
  embeddings: EmbeddingsInterface;
  isSameData: () => Promise<boolean>;
  onLost?: (() => void) | undefined;
}): PassageIndexes {
  const stores = new Map<string, HashVectorStore>();
  const made = new Set<string>();

  function of(tenant: string): HashVectorStore {
    const known = stores.get(tenant);
    if (known !== undefined) return known;
    const store = new HashVectorStore({
      connection,
      space,
      embeddings,
      indexName: redisKeys.passagesIndex(space.name, tenant),
      keyPrefix: redisKeys.passages(tenant),
      contentField: "text",
      schema: SCHEMA,
    });
    stores.set(tenant, store);
    return store;
  }

  async function create(tenant: string): Promise<void> {
    await of(tenant).createIndex();
    made.add(tenant);
  }

  return {
    of,
    create,
    async ensure(tenant) {
      if (!made.has(tenant)) await create(tenant);
    },
    async explainMissing(tenant, error) {
      const hadOne = made.delete(tenant);
      if (!hadOne && (await isSameData())) return;
      onLost();
      throw error;
    },
  };
}
