import { describe, expect, it } from "vitest";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { describeAnswerStore } from "../contracts/answer-store.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { makeEntry, unitVector } from "../support/make-entry.ts";

describeAnswerStore("in process", async ({ dimensions }) => {
  const time = createFakeClock();
  return { answers: createMemoryAnswers({ dimensions, now: time.now }), time };
});

describe("stored answers in process", () => {
  it("drop the least recently used entry when they are full", async () => {
    const { now } = createFakeClock();
    const answers = createMemoryAnswers({ dimensions: 2, now, maxEntries: 2 });
    const [one, two, three] = [makeEntry(), makeEntry(), makeEntry()];
    await answers.put(one, unitVector([1, 0]));
    await answers.put(two, unitVector([0, 1]));
    await answers.get(one);
    await answers.put(three, unitVector([1, 1]));
    expect(await answers.get(two)).toBeUndefined();
    const near = await answers.nearest({
      scope: one.scope,
      vector: unitVector([0, 1]),
      limit: 9,
      minSimilarity: 0,
    });
    expect(near.map(({ entry }) => entry.id)).toEqual([three.id, one.id]);
  });

  it("refuse a vector of another length", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    await expect(answers.put(makeEntry(), unitVector([1, 0, 0]))).rejects.toThrow(RangeError);
  });
});
