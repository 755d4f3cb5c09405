import { describe, expect, it, onTestFinished, vi } from "vitest";
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

  it("are searched, counted and removed without keeping other work from its turn", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    const vector = unitVector([1, 0]);
    const evidence = [{ documentId: "help", passageId: "psg_1" }];
    for (let count = 0; count < 20; count += 1) await answers.put(makeEntry(), vector);
    for (let count = 0; count < 20; count += 1) await answers.put(makeEntry({ evidence }), vector);
    const { tenant, question } = makeEntry();
    let time = 0;
    // Every look at the clock finds the time of a turn used up.
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (time += 20));
    onTestFinished(() => clock.mockRestore());
    const turnsDuring = async (work: () => Promise<unknown>) => {
      let turns = 0;
      let isDone = false;
      const count = () => {
        turns += 1;
        if (!isDone) setImmediate(count);
      };
      setImmediate(count);
      await work();
      isDone = true;
      return turns;
    };
    const list = () => answers.list({ tenant, text: `${question} nowhere`, limit: 1 });
    expect(await turnsDuring(list)).toBeGreaterThan(30);
    expect(await turnsDuring(() => answers.count({ tenant }))).toBeGreaterThan(30);
    const removeSome = () => answers.removeByDocument({ tenant, documentId: "help" });
    expect(await turnsDuring(removeSome)).toBeGreaterThan(15);
    expect(await turnsDuring(() => answers.removeAll({ tenant }))).toBeGreaterThan(30);
  });

  it("are listed at the cost of a page, however many there are", async () => {
    const time = createFakeClock();
    let looks = 0;
    const now = () => {
      looks += 1;
      return time.now();
    };
    const answers = createMemoryAnswers({ dimensions: 2, now });
    for (let count = 0; count < 200; count += 1) await answers.put(makeEntry(), unitVector([1, 0]));
    const { tenant } = makeEntry();
    const first = await answers.list({ tenant, limit: 50 });
    looks = 0;
    const next = await answers.list({ tenant, limit: 10, cursor: first.nextCursor ?? undefined });
    expect(next.rows).toHaveLength(10);
    expect(looks).toBe(11);
  });

  it("keep what has replaced an answer while the answers of its document are removed", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    const vector = unitVector([1, 0]);
    const evidence = [{ documentId: "help", passageId: "psg_1" }];
    const [old, newest] = [makeEntry({ evidence }), makeEntry({ evidence })];
    for (const entry of [old, newest]) await answers.put(entry, vector);
    const removing = answers.removeByDocument({ tenant: old.tenant, documentId: "help" });
    const next = { ...old, answer: "New.", evidence: [] };
    await answers.put(next, vector);
    expect(await removing).toBe(1);
    expect(await answers.get(old)).toEqual(next);
    expect(await answers.get(newest)).toBeUndefined();
  });

  it("refuse a vector of another length", async () => {
    const answers = createMemoryAnswers({ dimensions: 2, now: createFakeClock().now });
    await expect(answers.put(makeEntry(), unitVector([1, 0, 0]))).rejects.toThrow(RangeError);
  });
});
