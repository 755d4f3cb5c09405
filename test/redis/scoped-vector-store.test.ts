import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createRedisAnswers } from "../../src/cache/redis-answers.ts";
import { toLangChainEmbeddings } from "../../src/models/langchain-embeddings.ts";
import { distanceInScope, withoutScope, withScope } from "../../src/redis/scoped-vectors.ts";
import { vectorSpaceOf } from "../../src/redis/vector-space.ts";
import { makeQuestions, type QuestionsOptions } from "../../bench/support/make-questions.ts";
import { makeEntry, unitVector } from "../support/make-entry.ts";
import { openRedis, realTime, sharedRedisUrl } from "../support/redis.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const dot = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0);

describe("scopes in vectors", () => {
  const one = unitVector([3, 4, 0, 0]);
  const other = unitVector([4, 3, 1, 0]);

  it("preserve the distances within a scope", () => {
    const inScope = 1 - dot(withScope(one, "a"), withScope(other, "a"));
    expect(distanceInScope(inScope)).toBeCloseTo(1 - dot(one, other), 6);
  });

  it("can be removed again", () => {
    const back = withoutScope(withScope(one, "a"));
    expect(back).toHaveLength(one.length);
    for (const [place, value] of one.entries()) expect(back[place]).toBeCloseTo(value, 6);
  });

  it("make unit vectors, with other scopes farther away than a radius of 0.4", () => {
    const scopes = Array.from({ length: 200 }, () => randomUUID());
    const whole = withScope(Float32Array.from([30, 40, 0, 0]), "a");
    expect(dot(whole, whole)).toBeCloseTo(1, 6);
    // Two of 200 scopes may agree in more of the numbers: each does so with a likelihood of 1 in 3,700.
    const near = scopes.filter((scope) => {
      return distanceInScope(1 - dot(withScope(one, scope), withScope(one, "a"))) < 0.4;
    });
    expect(near.length).toBeLessThan(3);
  });
});

async function fill(options: Partial<QuestionsOptions>) {
  const dimensions = 64;
  const run = randomUUID();
  const scopes = Array.from({ length: 6 }, (_, index) => `${run}-${index}`);
  const questions = makeQuestions({
    count: 2_200,
    dimensions,
    scopes,
    wordings: 3,
    seed: 1,
    ...options,
  });
  const answers = createRedisAnswers({
    connection: await openRedis(sharedRedisUrl ?? "", { deadlineMs: 60_000 }),
    space: vectorSpaceOf({ id: `recall-${run}`, dimensions }),
    embeddings: toLangChainEmbeddings(wordEmbedder()),
    now: realTime.now,
  });
  await answers.createIndex();
  const expiresAt = Date.now() + 600_000;
  for (let start = 0; start < questions.stored.length; start += 200) {
    const batch = questions.stored.slice(start, start + 200);
    await Promise.all(
      batch.map(({ scope, vector }) => answers.put(makeEntry({ scope, expiresAt }), vector)),
    );
  }
  return { questions, answers, scopes };
}

type Filled = Awaited<ReturnType<typeof fill>>;

/** Of the three nearest within the radius, how many there are and how many were found. */
async function recall({ questions, answers }: Filled, minSimilarity: number, scopes: string[]) {
  const asked = questions.ask(240).filter(({ scope }) => scopes.includes(scope));
  let [wanted, found] = [0, 0];
  for (const { scope, vector } of asked) {
    const similarities = questions.stored
      .filter((each) => each.scope === scope)
      .map((each) => dot(each.vector, vector))
      .filter((similarity) => similarity >= minSimilarity + 1e-5)
      .sort((left, right) => right - left)
      .slice(0, 3);
    const near = await answers.nearest({ scope, vector, limit: 3, minSimilarity });
    expect(near.filter(({ entry }) => entry.scope !== scope)).toEqual([]);
    wanted += similarities.length;
    found += similarities.filter(
      (similarity, place) => Math.abs((near[place]?.similarity ?? -1) - similarity) < 1e-4,
    ).length;
  }
  return { wanted, found };
}

describe.skipIf(sharedRedisUrl === undefined)("a lookup within a scope", () => {
  it.each([
    { kind: "sparse", wordings: 3 },
    { kind: "dense", wordings: 500 },
  ])(
    "finds all entries of a small scope, $kind",
    async ({ wordings }) => {
      const filled = await fill({ wordings });
      const sizeOf = (scope: string) =>
        filled.questions.stored.filter((each) => each.scope === scope).length;
      const small = filled.scopes.filter((scope) => sizeOf(scope) <= 500);
      for (const minSimilarity of [0.95, 0.6]) {
        const { wanted, found } = await recall(filled, minSimilarity, small);
        expect(wanted).toBeGreaterThan(50);
        expect(found).toBe(wanted);
      }
    },
    60_000,
  );

  it("returns the nearest entry of a scope at any distance", async () => {
    const { questions, answers, scopes } = await fill({});
    const sizes: number[] = [];
    for (const scope of scopes.slice(0, 3)) {
      const own = questions.stored.filter((each) => each.scope === scope);
      sizes.push(own.length);
      // The opposite of a stored question is far from all of them.
      const vector = (own[0]?.vector ?? new Float32Array()).map((number) => -number);
      for (let time = 0; time < 3; time += 1) {
        const near = await answers.nearest({ scope, vector, limit: 3, minSimilarity: 0.95 });
        expect(near.map(({ entry }) => entry.scope)).toEqual([scope]);
      }
    }
    expect(Math.max(...sizes)).toBeGreaterThan(500);
  }, 60_000);

  it("finds nearly all entries of a large scope once its size is known", async () => {
    const filled = await fill({});
    const large = filled.scopes.slice(0, 1);
    await recall(filled, 0.6, large);
    for (const minSimilarity of [0.95, 0.6]) {
      const { wanted, found } = await recall(filled, minSimilarity, large);
      expect(wanted).toBeGreaterThan(20);
      expect(found / wanted).toBeGreaterThanOrEqual(0.95);
    }
  }, 60_000);
});
