import { createRedisAnswers, type RedisAnswers } from "../../src/cache/redis-answers.ts";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import type { AnswerEntry } from "../../src/cache/types.ts";
import type { RedisConnection } from "../../src/redis/connection.ts";
import { toBuffer } from "../../src/redis/hash-vector-store.ts";
import { vectorSpaceOf } from "../../src/redis/vector-space.ts";
import type { ScopedVector } from "./make-questions.ts";

/** Index of plain hashes with the same entries, for other kinds of search. */
export const PLAIN_INDEX = "plain";
const BATCH = 50;
const DAY_MS = 86_400_000;
/** Characters of an answer with its citations. */
const ANSWER_LENGTH = 1_000;

/** A Redis with the same entries in Reprise's layout and in a plain one. */
export interface Filled {
  readonly connection: RedisConnection;
  readonly answers: RedisAnswers;
  readonly dimensions: number;
  /** Ids of entries, in the order of the cached questions. */
  readonly stored: readonly { readonly scope: string; readonly id: string }[];
}

/** Rejects every call: the benchmarks supply their vectors. */
export const NO_EMBEDDINGS = {
  embedQuery: () => Promise.reject(new Error("not for embedding")),
  embedDocuments: () => Promise.reject(new Error("not for embedding")),
};

/** Writes the entries with Reprise's store, and as plain hashes with an index of 384 dimensions and a TAG. */
export async function fillRedis(
  connection: RedisConnection,
  stored: readonly ScopedVector[],
  dimensions: number,
): Promise<Filled> {
  const space = vectorSpaceOf({ id: "bench", dimensions });
  const answers = createRedisAnswers({
    connection,
    space,
    embeddings: NO_EMBEDDINGS,
    now: () => Date.now(),
  });
  await answers.createIndex();
  await createPlainIndex(connection, dimensions);
  const rows = stored.map(({ scope, vector }, index) => ({
    vector,
    entry: makeEntry(scope, `ans_${index}`),
  }));
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH).map(async ({ vector, entry }) => {
      await answers.put(entry, vector);
      await connection.run((client) =>
        client.hSet(`plain:${entry.scope}:${entry.id}`, {
          scope: entry.scope,
          content: entry.question,
          entry: JSON.stringify(entry),
          vector: toBuffer(vector),
        }),
      );
    });
    await Promise.all(batch);
  }
  return { connection, answers, dimensions, stored: rows.map(({ entry }) => entry) };
}

async function createPlainIndex(connection: RedisConnection, dimensions: number): Promise<void> {
  const vector = {
    type: "VECTOR",
    ALGORITHM: "HNSW",
    TYPE: "FLOAT32",
    DIM: dimensions,
    DISTANCE_METRIC: "COSINE",
    M: 16,
    EF_CONSTRUCTION: 200,
    EF_RUNTIME: 100,
  } as const;
  const scope = { type: "TAG", CASESENSITIVE: true } as const;
  await connection.run((client) =>
    client.ft.create(PLAIN_INDEX, { vector, scope }, { ON: "HASH", PREFIX: "plain:" }),
  );
}

function makeEntry(scope: string, id: string): AnswerEntry {
  return {
    id,
    tenant: "bench",
    scope,
    question: `Question ${id}`,
    answer: "x".repeat(ANSWER_LENGTH),
    citations: [],
    evidence: [{ documentId: "document", passageId: "passage" }],
    retrieved: NOTHING_RETRIEVED,
    knowledgeVersion: "",
    conversationId: null,
    origin: "generated" as const,
    isPinned: false,
    isQuarantined: false,
    usage: {
      model: "bench",
      promptTokens: 800,
      completionTokens: 160,
      totalTokens: 960,
      cachedPromptTokens: 0,
      embeddingTokens: 9,
      estimated: false,
    },
    createdAt: Date.now(),
    expiresAt: Date.now() + DAY_MS,
  };
}
