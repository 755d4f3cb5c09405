import { expect, it } from "vitest";
import { observeJudged } from "../../scripts/tune/observe-judged.ts";
import { renderCutOff } from "../../scripts/tune/print-table.ts";
import type { AskJudge } from "../../src/judging/ask-judge.ts";
import { calibrate } from "../../src/tuning/calibrate.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const embedder = wordEmbedder();
const call = { model: "m", promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0 };
const thresholds = { serve: 0.95, grey: 0.3 };
const observe = (pairs: Parameters<typeof observeJudged>[0], ask: AskJudge) =>
  observeJudged(pairs, {
    embedder,
    thresholds,
    ask,
    compareQuestions: (one) =>
      one.includes("not")
        ? [{ guard: "negation", reason: "negation-differs", strength: "hard" }]
        : [],
  });

it("calls the judge only for the pairs it would see in live traffic", async () => {
  const asked: unknown[] = [];
  const pairs = [
    { a: "reset password please", b: "reset password", same: true },
    { a: "not reset password", b: "reset password", same: false },
    { a: "reset password", b: "reset password", same: true },
    { a: "cancel plan", b: "share folder", same: false },
    { a: "reset folder", b: "reset password", same: false },
  ];
  const judged = await observe(pairs, async (_text, _signal, questions) => {
    asked.push(questions);
    if (questions?.asked === "reset folder") throw new Error("away");
    return { isSame: true, probability: 0.8, call, estimated: true };
  });
  expect(asked).toEqual([
    { stored: "reset password", asked: "reset password please" },
    { stored: "reset password", asked: "reset folder" },
  ]);
  expect(judged).toMatchObject({ notAsked: 3, failed: 1 });
  expect(judged.observations).toMatchObject([
    { servedFrom: { serve: 0.8, grey: null }, same: true },
    { servedFrom: { serve: null, grey: null }, same: false },
  ]);
});

it("recommends the lowest cut-off within the target, or reports missing labels", async () => {
  const pairs = Array.from({ length: 120 }, (_value, index) => ({
    a: `reset password ${index}`,
    b: "reset password",
    same: index < 90,
  }));
  const sure: AskJudge = async (_text, _signal, questions) => {
    const index = Number(questions?.asked.split(" ").at(-1));
    return { isSame: true, probability: index < 90 ? 0.9 : 0.6, call, estimated: true };
  };
  const { observations } = await observe(pairs, sure);
  const good = calibrate(observations, 0.05);
  expect(good.recommended).toBe(0.61);
  expect(renderCutOff(good, 0.05)).toContain("JUDGE_MIN_PROBABILITY=0.61");
  expect(renderCutOff(calibrate(observations, 0.01), 0.01)).toMatch(
    /^Not enough labels .* more pairs/,
  );
  const wordOnly: AskJudge = async () => ({ isSame: true, call, estimated: true });
  const wrong = calibrate((await observe(pairs, wordOnly)).observations, 0.05);
  expect(renderCutOff(wrong, 0.05)).toContain("Try another judge");
});
