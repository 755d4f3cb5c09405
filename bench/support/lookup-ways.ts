import { RedisVectorStore, type RedisVectorStoreConfig } from "@langchain/redis";
import { toBuffer } from "../../src/redis/hash-vector-store.ts";
import { NO_EMBEDDINGS, PLAIN_INDEX, type Filled } from "./fill-redis.ts";
import type { ScopedVector } from "./make-questions.ts";

/** A kind of lookup. */
export interface Way {
  readonly name: string;
  /** True if it searches only the question's scope and returns similarities. */
  readonly isScoped: boolean;
  /** Similarities of the results, best first. */
  ask(question: ScopedVector, index: number): Promise<readonly number[]>;
}

/** How far range searches look beyond their radius (`epsilon`), and the minimum radius. */
const RANGES = [
  { epsilon: 0.01, least: 0 },
  { epsilon: 0.25, least: 0.3 },
] as const;

/** Reprise's lookups, and Redis's own searches on the same entries. All return the entries' JSON. */
export function lookupWays(
  filled: Filled,
  { limit, minSimilarity }: { limit: number; minSimilarity: number },
): readonly Way[] {
  const { answers, stored } = filled;
  const tag = ({ scope }: ScopedVector) => `(@scope:{${scope}})`;
  const knn = (name: string, filter: (question: ScopedVector) => string, policy = ""): Way => ({
    name,
    isScoped: name !== "KNN 3, no scope",
    ask: (question) =>
      search(filled, question, {
        query: `${filter(question)}=>[KNN ${limit} @vector $vector ${policy} AS distance]`,
        limit,
        minSimilarity,
      }),
  });
  return [
    knn("KNN 3, no scope", () => "*"),
    {
      name: "LangChain's class, no scope",
      isScoped: false,
      ask: langChain(filled, limit),
    },
    {
      name: "ours, exact",
      isScoped: false,
      async ask(_question, index) {
        const entry = stored[(index * 31) % stored.length];
        if (entry !== undefined) await answers.get(entry);
        return [];
      },
    },
    {
      name: "ours, in the scope",
      isScoped: true,
      async ask({ scope, vector }) {
        const near = await answers.nearest({ scope, vector, limit, minSimilarity });
        return near.map(({ similarity }) => similarity);
      },
    },
    knn("KNN 3, TAG", tag),
    knn("KNN 3, TAG, ADHOC_BF", tag, "HYBRID_POLICY ADHOC_BF"),
    knn("KNN 3, TAG, BATCHES", tag, "HYBRID_POLICY BATCHES"),
    ...RANGES.map(({ epsilon, least }): Way => {
      const radius = Math.max(1 - minSimilarity, least);
      return {
        name: `range ${radius.toFixed(2)}, TAG, EPSILON ${epsilon}`,
        isScoped: true,
        ask: (question) =>
          search(filled, question, {
            query: `${tag(question)} @vector:[VECTOR_RANGE ${radius} $vector]=>{$YIELD_DISTANCE_AS: distance; $EPSILON: ${epsilon}}`,
            limit,
            minSimilarity,
          }),
      };
    }),
  ];
}

async function search(
  { connection }: Filled,
  { vector }: ScopedVector,
  { query, limit, minSimilarity }: { query: string; limit: number; minSimilarity: number },
): Promise<readonly number[]> {
  const reply = await connection.run((client) =>
    client.ft.search(PLAIN_INDEX, query, {
      PARAMS: { vector: toBuffer(vector) },
      RETURN: ["entry", "distance"],
      SORTBY: "distance",
      LIMIT: { from: 0, size: limit },
      DIALECT: 2,
    }),
  );
  return reply.documents
    .map(({ value }) => 1 - Number(value["distance"]))
    .filter((similarity) => similarity >= minSimilarity);
}

function langChain({ connection }: Filled, limit: number): Way["ask"] {
  const store = new RedisVectorStore(NO_EMBEDDINGS, {
    redisClient: connection.client as unknown as RedisVectorStoreConfig["redisClient"],
    indexName: PLAIN_INDEX,
    keyPrefix: "plain:",
    contentKey: "content",
    metadataKey: "entry",
    vectorKey: "vector",
  });
  return async ({ vector }) => {
    const found = await store.similaritySearchVectorWithScore([...vector], limit);
    return found.map(([, distance]) => 1 - distance);
  };
}
