import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { RESP_TYPES } from "redis";
import type { RedisConnection } from "../redis/connection.ts";
import { toBuffer, toVector } from "../redis/hash-vector-store.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import type { Embedder } from "./types.ts";

/** TTL of a vector, in seconds. */
const TTL_SECONDS = 86_400;
/** Maximum number of prefetched vectors. */
const MAX_FETCHED = 500;

const BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer };

/**
 * Shares the vectors of a tenant's single texts, which are questions, among replicas through Redis. Batches,
 * which are documents, are not stored. Without Redis every text is embedded.
 */
export function createRedisEmbedder(
  inner: Embedder,
  { connection, ttlSeconds = TTL_SECONDS }: { connection: RedisConnection; ttlSeconds?: number },
): Embedder {
  const fetched = new LRUCache<string, Promise<Float32Array | undefined>>({ max: MAX_FETCHED });

  /** Unambiguous: tenant names contain no space. */
  const nameOf = (tenant: string, text: string) => `${tenant} ${text}`;
  const keyOf = (name: string) =>
    redisKeys.embedding(inner.id, createHash("sha256").update(name).digest("hex").slice(0, 32));

  /** Never rejects. */
  async function recall(name: string): Promise<Float32Array | undefined> {
    try {
      const bytes = await connection.run((client) =>
        client.withTypeMapping(BYTES).get(keyOf(name)),
      );
      const vector = bytes === null ? undefined : toVector(bytes);
      return vector?.length === inner.dimensions ? vector : undefined;
    } catch {
      return undefined;
    }
  }

  /** Asynchronous, not awaited: until it is written, another call embeds the text again. */
  function remember(name: string, vector: Float32Array): void {
    const expiration = { type: "EX" as const, value: ttlSeconds };
    connection
      .run((client) => client.set(keyOf(name), toBuffer(vector), { expiration }))
      .catch(() => undefined);
  }

  return {
    ...inner,
    prefetch(text, tenant) {
      const name = nameOf(tenant, text);
      if (!fetched.has(name)) fetched.set(name, recall(name));
    },
    async embed(texts, options) {
      const [text] = texts;
      const tenant = options?.tenant;
      if (texts.length !== 1 || text === undefined || tenant === undefined) {
        return inner.embed(texts, options);
      }
      const name = nameOf(tenant, text);
      const known = await (fetched.get(name) ?? recall(name));
      fetched.delete(name);
      if (known !== undefined) return { vectors: [known], tokens: 0 };
      const made = await inner.embed(texts, options);
      const [vector] = made.vectors;
      if (vector !== undefined && made.isCut !== true) remember(name, vector);
      return made;
    },
    close: () => inner.close(),
  };
}
