import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { RediSearchSchema } from "redis";
import type { RedisConnection } from "../redis/connection.ts";
import { HashVectorStore, type MissingIndex } from "../redis/hash-vector-store.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import type { VectorSpace } from "../redis/vector-space.ts";

/** The hash field with the whole passage, as JSON. */
export const PASSAGE_FIELD = "passage";

/** Words are stored as our own stems, so that Redis and the in-process index find the same passages. */
const SCHEMA = {
  document: { type: "TAG", CASESENSITIVE: true },
  title: { type: "TEXT", NOSTEM: true, WEIGHT: 2 },
  headings: { type: "TEXT", NOSTEM: true, WEIGHT: 1.5 },
  text: { type: "TEXT", NOSTEM: true },
} as const satisfies RediSearchSchema;

/** The tenants' passage indexes. */
export interface PassageIndexes {
  of(tenant: string): HashVectorStore;
  create(tenant: string): Promise<void>;
  /** Creates the index unless this process already created or saw it. */
  ensure(tenant: string): Promise<void>;
  /**
   * Handles a missing index. If Redis still has its data, the tenant has no documents, and nothing happens.
   * Otherwise throws the error and reports the loss.
   */
  explainMissing(tenant: string, error: MissingIndex): Promise<void>;
}

/** Manages one index per tenant, created with the tenant's first document. */
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
      contentField: PASSAGE_FIELD,
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
