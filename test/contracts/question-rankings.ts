import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { QuestionRankings, RankingLimits } from "../../src/usage/question-rankings.ts";
import type { TestTime } from "../support/fake-clock.ts";

type Open = (limits: RankingLimits) => Promise<{ rankings: QuestionRankings; time: TestTime }>;

/** What every adapter promises. `open` gives a fresh one; tenants are random. */
export function describeQuestionRankings(name: string, open: Open): void {
  async function begin(limits: Partial<RankingLimits> = {}) {
    const { rankings, time } = await open({ maxQuestions: 100, ttlSeconds: 600, ...limits });
    onTestFinished(() => rankings.close());
    const tenant = `tenant-${randomUUID()}`;
    const ask = (question: string, savedNanoUsd = 0n, of = tenant) =>
      rankings.note({ tenant: of, question, savedNanoUsd });
    const top = (limit = 10, of = tenant) => rankings.top({ tenant: of, limit });
    return { ask, top, time };
  }

  describe(`question rankings: ${name}`, () => {
    it("count questions and sum savings, highest first", async () => {
      const { ask, top } = await begin();
      await ask("rare and dear");
      await ask("rare and dear", 900_000_000_000_123n);
      for (let times = 0; times < 3; times += 1) await ask("frequent", 412_500n);
      await ask("once");
      expect(await top()).toEqual({
        mostAsked: [
          { question: "frequent", times: 3 },
          { question: "rare and dear", times: 2 },
          { question: "once", times: 1 },
        ],
        mostSaved: [
          { question: "rare and dear", savedNanoUsd: 900_000_000_000_123n },
          { question: "frequent", savedNanoUsd: 1_237_500n },
        ],
      });
      expect((await top(1)).mostAsked).toEqual([{ question: "frequent", times: 3 }]);
      expect(await top(0)).toEqual({ mostAsked: [], mostSaved: [] });
    });

    it("count concurrent questions", async () => {
      const { ask, top } = await begin();
      await Promise.all(Array.from({ length: 50 }, () => ask("all at once", 3n)));
      expect(await top()).toEqual({
        mostAsked: [{ question: "all at once", times: 50 }],
        mostSaved: [{ question: "all at once", savedNanoUsd: 150n }],
      });
    });

    it("separate tenants, and are empty for an unknown one", async () => {
      const { ask, top } = await begin();
      const other = `tenant-${randomUUID()}:x`;
      await ask("ours");
      await ask("theirs", 5n, other);
      expect((await top()).mostAsked).toEqual([{ question: "ours", times: 1 }]);
      expect((await top(10, other)).mostSaved).toEqual([{ question: "theirs", savedNanoUsd: 5n }]);
      expect(await top(10, randomUUID())).toEqual({ mostAsked: [], mostSaved: [] });
    });

    it("drop the lowest at the limit", async () => {
      const { ask, top } = await begin({ maxQuestions: 2 });
      for (const question of ["a", "b", "b", "c", "c", "c"]) await ask(question, 1n);
      const { mostAsked, mostSaved } = await top();
      expect(mostAsked.map(({ question }) => question)).toEqual(["c", "b"]);
      expect(mostSaved.map(({ question }) => question)).toEqual(["c", "b"]);
    });

    it("accept any text as a question", async () => {
      const { ask, top } = await begin();
      const questions = ["", " ", "a\nb", "日本 🙂", "*", '"x"', "x".repeat(8_000)];
      for (const question of questions) await ask(question);
      const found = (await top()).mostAsked.map(({ question }) => question);
      expect(new Set(found)).toEqual(new Set(questions));
    });

    it("expire after the last question, not after the first", async () => {
      const { ask, top, time } = await begin({ ttlSeconds: 2 });
      await ask("q");
      await time.advance(1200);
      await ask("q");
      await time.advance(1200);
      expect((await top()).mostAsked).toEqual([{ question: "q", times: 2 }]);
      await time.advance(1500);
      expect(await top()).toEqual({ mostAsked: [], mostSaved: [] });
    });
  });
}
