import { randomUUID } from "node:crypto";
import { Document } from "@langchain/core/documents";
import { describe, expect, it } from "vitest";
import { ENTRY_FIELDS, parseEntry } from "../../src/cache/answer-hash.ts";
import { createRedisAnswers } from "../../src/cache/redis-answers.ts";
import { toLangChainEmbeddings } from "../../src/models/langchain-embeddings.ts";
import { redisKeys } from "../../src/redis/redis-keys.ts";
import { vectorSpaceOf } from "../../src/redis/vector-space.ts";
import { describeAnswerJudgements } from "../contracts/answer-judgements.ts";
import { describeAnswerListing } from "../contracts/answer-listing.ts";
import { describeAnswerStore } from "../contracts/answer-store.ts";
import { makeEntry, randomScope, unitVector } from "../support/make-entry.ts";
import {
  openPlainClient,
  openRedis,
  realTime,
  sharedRedisUrl,
  startOwnRedis,
} from "../support/redis.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

async function open(url: string, { id = "test", dimensions = 4, onLost = () => {} } = {}) {
  const connection = await openRedis(url);
  const answers = createRedisAnswers({
    connection,
    space: vectorSpaceOf({ id, dimensions }),
    embeddings: toLangChainEmbeddings(wordEmbedder()),
    now: realTime.now,
    onLost,
  });
  await answers.createIndex();
  return { connection, answers };
}

const soon = () => Date.now() + 60_000;
const east = unitVector([1, 0, 0, 0]);

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";

  for (const describeContract of [
    describeAnswerStore,
    describeAnswerListing,
    describeAnswerJudgements,
  ]) {
    describeContract("Redis", async ({ dimensions }) => {
      const { answers } = await open(url, { dimensions });
      return { answers, time: realTime };
    });
  }

  it("leaves every key with a lease that ends no earlier than its entries", async () => {
    const { answers } = await open(url);
    const client = await openPlainClient(url);
    const tenant = `t-${randomUUID()}`;
    const evidence = [{ documentId: "d", passageId: "p" }];
    const [short, long] = [Date.now() + 30_000, Date.now() + 90_000];
    for (const expiresAt of [short, long, short + 1]) {
      const entry = makeEntry({ tenant, scope: randomScope(), evidence, expiresAt });
      await answers.put(entry, east);
      expect(await client.pExpireTime(`answer:${entry.scope}:${entry.id}`)).toBe(expiresAt);
    }
    expect(await client.pExpireTime(`dependants:${tenant}:d`)).toBe(long);
  });

  it("removes all answers of a document that has hundreds", async () => {
    const { answers } = await open(url);
    const place = { tenant: `t-${randomUUID()}`, scope: randomScope(), expiresAt: soon() };
    const from = (documentId: string, number: number) => {
      const evidence = [{ documentId, passageId: "p" }];
      return makeEntry({ ...place, id: `ans_${documentId}_${number}`, evidence });
    };
    const made = Array.from({ length: 230 }, (_, number) => from("guide", number));
    const kept = from("faq", 0);
    await Promise.all([...made, kept].map((entry) => answers.put(entry, east)));
    expect(await answers.removeByDocument({ ...place, documentId: "guide" })).toBe(230);
    expect(await answers.get(kept)).toMatchObject({ id: kept.id });
    for (const entry of made.slice(0, 5)) expect(await answers.get(entry)).toBeUndefined();
  });

  it("never compares the vectors of two embedders, though one scope and one Redis hold both", async () => {
    const one = await open(url, { id: `one-${randomUUID()}` });
    const other = await open(url, { id: `other-${randomUUID()}` });
    const scope = randomScope();
    const entry = makeEntry({ scope, expiresAt: soon() });
    await one.answers.put(entry, east);
    const query = { scope, vector: east, limit: 3, minSimilarity: 0.5 };
    expect(await one.answers.nearest(query)).toHaveLength(1);
    expect(await other.answers.nearest(query)).toEqual([]);
  });

  it("is a LangChain vector store over the same hashes", async () => {
    const embedder = wordEmbedder();
    const { answers } = await open(url, {
      id: `lc-${randomUUID()}`,
      dimensions: embedder.dimensions,
    });
    const question = "How do I reset my password?";
    const { vectors } = await embedder.embed([question]);
    const entry = makeEntry({ question, scope: randomScope(), expiresAt: soon() });
    await answers.vectorStore.addDocuments([
      new Document({ pageContent: question, metadata: { entry } }),
    ]);
    expect(await answers.get(entry)).toEqual(entry);
    const filter = {
      scope: entry.scope,
      keyPrefix: redisKeys.answers(entry.scope),
      radius: 0.1,
      fields: ENTRY_FIELDS,
    };
    const [vector = []] = vectors;
    const find = (within?: typeof filter) =>
      answers.vectorStore.similaritySearchVectorWithScore([...vector], 1, within);
    const [[document, distance] = []] = await find(filter);
    expect(parseEntry(document?.metadata ?? {})).toEqual(entry);
    expect(distance).toBeCloseTo(0, 5);
    expect(await find({ ...filter, scope: "other", keyPrefix: "answer:other:" })).toEqual([]);
    await expect(find()).rejects.toThrow("needs a scope");
  });
});

it("indexes answers that were stored before their index was made", async ({ skip }) => {
  // Its own Redis: indexing looks through all keys of a server.
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  const { answers, connection } = await open(redis.url);
  const entry = makeEntry({ scope: randomScope(), expiresAt: soon() });
  await answers.put(entry, east);
  await connection.run((client) => client.ft.dropIndex(answers.vectorStore.indexName));
  await answers.createIndex();
  const query = { scope: entry.scope, vector: east, limit: 3, minSimilarity: 0.5 };
  await expect.poll(() => answers.nearest(query)).toHaveLength(1);
});

it("says so when its index is gone, and works again when it is back", async ({ skip }) => {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  let lost = 0;
  const { answers, connection } = await open(redis.url, { onLost: () => (lost += 1) });
  await connection.run((client) => client.flushAll());
  const entry = makeEntry({ scope: randomScope(), expiresAt: soon() });
  const query = { scope: entry.scope, vector: east, limit: 3, minSimilarity: 0.5 };
  await expect(answers.nearest(query)).rejects.toMatchObject({ code: "not_ready" });
  expect(lost).toBe(1);
  await answers.createIndex();
  await answers.put(entry, east);
  expect(await answers.nearest(query)).toHaveLength(1);
});
