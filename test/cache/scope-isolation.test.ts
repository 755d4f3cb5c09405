import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAnswerCache } from "../../src/cache/answer-cache.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { answerId, buildScope, type ScopeParts } from "../../src/cache/scope.ts";
import { createRedisAnswers } from "../../src/cache/redis-answers.ts";
import type { AnswerStore } from "../../src/cache/types.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createRetrieve } from "../../src/knowledge/retrieve.ts";
import { toLangChainEmbeddings } from "../../src/models/langchain-embeddings.ts";
import { vectorSpaceOf } from "../../src/redis/vector-space.ts";
import { makeEntry } from "../support/make-entry.ts";
import { openRedis, sharedRedisUrl } from "../support/redis.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const PAIRS = 10_000;
/** Lookups under way at once. */
const BATCH = 200;
/** One question for all, so that nothing but the scope keeps an answer from being served. */
const QUESTION = "How do I reset my password?";
const REWORDED = "How can I reset my password?";

const name = fc.oneof(
  fc.constantFrom("a", "b", "A", "a b", "a:b", "a|b", "*", "{a}", "a,b", "-1", "\\", "é", ""),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const parts: fc.Arbitrary<ScopeParts> = fc.record({
  tenant: name,
  userId: maybe(name),
  profileHash: maybe(name),
  model: name,
  modelFingerprint: fc.constant("test"),
  promptHash: name,
  embedderId: fc.constant("words-1"),
  dimensions: fc.constant(64),
  documentIds: maybe(fc.uniqueArray(name, { maxLength: 3 })),
  locale: maybe(name),
  language: name,
});
/** A request, and the same with one to all of these parts changed. */
const pair = fc.tuple(
  parts,
  parts,
  fc.subarray(
    [
      "tenant",
      "userId",
      "profileHash",
      "model",
      "promptHash",
      "documentIds",
      "locale",
      "language",
    ] as const,
    { minLength: 1 },
  ),
);

interface Side {
  readonly tenant: string;
  readonly scope: string;
}

function samplePairs(seed: number): [asked: Side, other: Side][] {
  // The run's own part keeps runs on one server apart.
  const run = randomUUID();
  return fc.sample(pair, { seed, numRuns: PAIRS }).flatMap(([given, second, changed], index) => {
    const base = { ...given, modelFingerprint: `${run}-${index}` };
    const other = { ...base };
    for (const part of changed) Object.assign(other, { [part]: second[part] });
    const sideOf = (one: ScopeParts) => ({ tenant: one.tenant, scope: buildScope(one) });
    const [asked, stored] = [sideOf(base), sideOf(other)];
    const differ: [Side, Side][] = [[asked, stored]];
    return asked.scope === stored.scope ? [] : differ;
  });
}

async function openCache(answers: AnswerStore) {
  const embedder = wordEmbedder();
  const passages = createMemoryPassages({ dimensions: embedder.dimensions });
  const cache = createAnswerCache({
    answers,
    passages,
    retrieve: createRetrieve(passages),
    compareQuestions: () => [],
    now: Date.now,
  });
  const { vectors } = await embedder.embed([QUESTION, REWORDED]);
  const [vector = new Float32Array(64), reworded = new Float32Array(64)] = vectors;
  const store = ({ tenant, scope }: Side) => {
    const id = answerId(scope, QUESTION);
    const expiresAt = Date.now() + 600_000;
    return cache.store(makeEntry({ id, tenant, scope, question: QUESTION, expiresAt }), vector);
  };
  const exact = (side: Side) => cache.lookUpExact({ ...side, question: QUESTION });
  const nearest = async (side: Side) => {
    const { verdict } = await cache.lookUpNearest({
      ...side,
      question: REWORDED,
      vector: reworded,
      thresholds: { serve: 0.8, grey: 1 },
      retrieval: Promise.resolve(undefined),
    });
    return verdict;
  };
  return { store, exact, nearest };
}

function describeIsolation(adapter: string, open: () => Promise<AnswerStore>): void {
  it(`keeps 10,000 pairs of requests apart, and finds rewordings within one: ${adapter}`, async () => {
    const seed = Date.now() % 1_000_000;
    const pairs = samplePairs(seed);
    expect(pairs.length).toBeGreaterThan(PAIRS * 0.9);
    const { store, exact, nearest } = await openCache(await open());
    const crossed: unknown[] = [];
    const missed: unknown[] = [];
    for (let start = 0; start < pairs.length; start += BATCH) {
      const batch = pairs.slice(start, start + BATCH);
      await Promise.all(batch.map(([, stored]) => store(stored)));
      const looked = batch.map(async ([asked, stored]) => {
        const found = await Promise.all([exact(asked), nearest(asked)]);
        if (found.some(({ kind }) => kind === "hit")) crossed.push({ seed, asked, stored });
        const own = await nearest(stored);
        if (own.kind !== "hit" || own.tier !== "semantic") missed.push({ seed, stored, own });
      });
      await Promise.all(looked);
    }
    expect(crossed.slice(0, 3)).toEqual([]);
    expect(missed.slice(0, 3)).toEqual([]);
  }, 240_000);
}

describe("stored answers of other requests", () => {
  describeIsolation("memory", async () =>
    createMemoryAnswers({ dimensions: 64, now: Date.now, maxEntries: 2 * PAIRS }),
  );

  describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
    describeIsolation("Redis", async () => {
      const connection = await openRedis(sharedRedisUrl ?? "", { deadlineMs: 30_000 });
      const answers = createRedisAnswers({
        connection,
        space: vectorSpaceOf({ id: `isolation-${randomUUID()}`, dimensions: 64 }),
        embeddings: toLangChainEmbeddings(wordEmbedder()),
        now: Date.now,
      });
      await answers.createIndex();
      onTestFinished(() => answers.vectorStore.dropIndex().then(() => undefined));
      return answers;
    });
  });
});
