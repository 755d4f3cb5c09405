import { describe, expect, it } from "vitest";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { describeAnswerJudgements } from "../contracts/answer-judgements.ts";
import { describeAnswerListing } from "../contracts/answer-listing.ts";
import { describeAnswerStore } from "../contracts/answer-store.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { makeEntry, unitVector } from "../support/make-entry.ts";

for (const describeContract of [
  describeAnswerStore,
  describeAnswerListing,
  describeAnswerJudgements,
]) {
  describeContract("in process", async ({ dimensions }) => {
    const time = createFakeClock();
    return { answers: createMemoryAnswers({ dimensions, now: time.now }), time };
  });
}

describe("stored answers in process", () => {
  it("stay as they were stored, whoever reads them", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    const entry = makeEntry();
    await answers.put(entry, unitVector([1, 0]));
    const before = await answers.get(entry);
    await answers.setQuarantined({ ...entry, isQuarantined: true });
    expect(before?.isQuarantined).toBe(false);
    expect(Object.isFrozen(before?.citations)).toBe(true);
    expect(Object.isFrozen(before?.retrieved)).toBe(true);
    expect(Object.isFrozen(entry.citations)).toBe(false);
  });

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

  it("never drop a pinned entry, and refuse one too many", async () => {
    const time = createFakeClock();
    const options = { dimensions: 2, now: time.now, maxEntries: 2, maxPinned: 2 };
    const answers = createMemoryAnswers(options);
    const vector = unitVector([1, 0]);
    const pinned = makeEntry({ isPinned: true });
    const short = makeEntry({ isPinned: true, expiresAt: time.now() + 1_000 });
    for (const entry of [pinned, short]) await answers.put(entry, vector);
    for (let count = 0; count < 5; count += 1) await answers.put(makeEntry(), vector);
    expect(await answers.get(pinned)).toEqual(pinned);
    expect(await answers.count({ tenant: pinned.tenant })).toBe(4);
    const another = makeEntry({ isPinned: true });
    await expect(answers.put(another, vector)).rejects.toMatchObject({ code: "conflict" });
    await answers.put({ ...pinned, answer: "Changed." }, vector);
    await time.advance(2_000);
    await answers.put(another, vector);
    expect(await answers.get(another)).toEqual(another);
  });

  it("are searched by their words without keeping other work from its turn", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    for (let count = 0; count < 120; count += 1) await answers.put(makeEntry(), unitVector([1, 0]));
    const { tenant, question } = makeEntry();
    const turns: string[] = [];
    setImmediate(() => turns.push("other"));
    await answers.list({ tenant, text: question, limit: 1 });
    turns.push("listed");
    expect(turns).toEqual(["other", "listed"]);
  });

  it("refuse a vector of another length", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    await expect(answers.put(makeEntry(), unitVector([1, 0, 0]))).rejects.toThrow(RangeError);
  });
});
