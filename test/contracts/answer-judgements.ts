import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  MAX_JUDGEMENTS,
  type AnswerEntry,
  type AnswerStore,
  type Judgement,
} from "../../src/cache/types.ts";
import type { TestTime } from "../support/fake-clock.ts";
import { makeEntry, randomScope, unitVector } from "../support/make-entry.ts";

type Open = (options: { dimensions: number }) => Promise<{ answers: AnswerStore; time: TestTime }>;

const east = unitVector([1, 0]);

/** What every answer store promises about judgements. */
export function describeAnswerJudgements(name: string, open: Open): void {
  async function begin() {
    const { answers, time } = await open({ dimensions: 2 });
    onTestFinished(() => answers.close());
    const put = async (parts: Partial<AnswerEntry> = {}) => {
      const entry = makeEntry({
        tenant: `tenant-${randomUUID()}`,
        scope: randomScope(),
        createdAt: time.now(),
        expiresAt: time.now() + 3_600_000,
        ...parts,
      });
      await answers.put(entry, east);
      return entry;
    };
    const add = ({ scope, id, createdAt }: AnswerEntry, judgement: Judgement) =>
      answers.addJudgement({ scope, id, createdAt, judgement });
    const read = async (entry: AnswerEntry) => (await answers.get(entry))?.judgements;
    return { answers, time, put, add, read };
  }

  describe(`judgements: ${name}`, () => {
    it("are kept with their entry wherever it is read, and with no other", async () => {
      const { answers, put, add, read } = await begin();
      const [one, other] = [await put(), await put()];
      expect(await read(one)).toBeUndefined();
      const judgements = [
        { questionId: "ans_a", isSame: true },
        { questionId: `"'{}[]\\ ü`, isSame: false },
      ];
      for (const judgement of judgements) expect(await add(one, judgement)).toBe(true);
      const judged = { ...one, judgements };
      expect(await answers.get(one)).toEqual(judged);
      expect(await answers.find(one)).toEqual(judged);
      const near = { scope: one.scope, vector: east, limit: 1, minSimilarity: 0.9 };
      expect((await answers.nearest(near))[0]?.entry).toEqual(judged);
      expect(await read(other)).toBeUndefined();
    });

    it("come back as they were stored with an entry, and end with a new answer", async () => {
      const { answers, put, read } = await begin();
      const judgements = [{ questionId: "ans_a", isSame: false }];
      const entry = await put({ judgements });
      expect(await read(entry)).toEqual(judgements);
      await answers.put({ ...entry, judgements: undefined }, east);
      expect(await read(entry)).toBeUndefined();
    });

    it("are refused for an entry that is gone, or has been replaced", async () => {
      const { answers, put, add, read } = await begin();
      const entry = await put();
      const later = { ...entry, createdAt: entry.createdAt + 1 };
      expect(await add(later, { questionId: "a", isSame: true })).toBe(false);
      expect(await read(entry)).toBeUndefined();
      await answers.remove(entry);
      expect(await add(entry, { questionId: "a", isSame: true })).toBe(false);
      expect(await answers.get(entry)).toBeUndefined();
    });

    it("are the last of each question, in their order, and no more than are kept", async () => {
      const { time, put, add, read } = await begin();
      const judgement = fc.record({
        questionId: fc.integer({ min: 0, max: MAX_JUDGEMENTS + 10 }).map(String),
        isSame: fc.boolean(),
      });
      const keepsTheLast = fc.asyncProperty(
        fc.array(judgement, { minLength: 1, maxLength: MAX_JUDGEMENTS * 2 }),
        async (judgements) => {
          const entry = await put();
          for (const one of judgements) await add(entry, one);
          const last = new Map<string, boolean>();
          for (const { questionId, isSame } of judgements) {
            last.delete(questionId);
            last.set(questionId, isSame);
          }
          const expected = [...last].map(([questionId, isSame]) => ({ questionId, isSame }));
          expect(await read(entry)).toEqual(expected.slice(-MAX_JUDGEMENTS));
        },
      );
      await fc.assert(keepsTheLast, { numRuns: time.realTime ? 5 : 50 });
    });

    it("are none the fewer when many come at once", async () => {
      const { put, add, read } = await begin();
      const entry = await put();
      const ids = Array.from({ length: MAX_JUDGEMENTS }, (_, index) => `ans_${index}`);
      await Promise.all(ids.map((questionId) => add(entry, { questionId, isSame: true })));
      expect((await read(entry))?.map(({ questionId }) => questionId).sort()).toEqual(ids.sort());
    });
  });
}
