import * as fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { answerId } from "../../src/cache/scope.ts";
import type { Judgement } from "../../src/cache/types.ts";
import {
  createAskJudge,
  readVerdict,
  renderMaterial,
  type AskJudge,
} from "../../src/judging/ask-judge.ts";
import { createJudge, type Judge, type JudgeParts } from "../../src/judging/judge.ts";
import { loadPrompts } from "../../src/chat/prompts.ts";
import { loadPrices } from "../../src/usage/prices.ts";
import type { BudgetVerdict } from "../../src/usage/budget.ts";
import type { LedgerEntry } from "../../src/usage/types.ts";
import { defer } from "../support/defer.ts";
import { makeEntry } from "../support/make-entry.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";

const NOW = Date.UTC(2026, 10, 25);
const ENTRY = makeEntry();
const CALL = {
  model: "gpt-4o-mini",
  promptTokens: 200,
  cachedPromptTokens: 0,
  completionTokens: 1,
};
const SAME = { isSame: true, call: CALL, estimated: false };
// gpt-4o-mini is 150 nano-dollars a prompt token and 600 another one.
const COST = 200n * 150n + 600n;

type Doubtful = Parameters<Judge["consider"]>[0];

const turnOf = (question: string, parts: Partial<Doubtful> = {}): Doubtful => ({
  id: `msg_${question}`,
  request: {
    tenant: "acme",
    message: question,
    conversationId: "conv_1",
    userId: "ann",
    cacheMode: "default",
  },
  scope: ENTRY.scope,
  question,
  doubtful: ENTRY,
  ...parts,
});

async function open(ask: AskJudge, parts: Partial<JudgeParts> = {}) {
  const kept: Judgement[] = [];
  const rows: LedgerEntry[] = [];
  const settled: [hold: string | undefined, cost: bigint][] = [];
  const failures: unknown[] = [];
  const asking = vi.fn(ask);
  const judge = createJudge({
    ask: asking,
    model: "gpt-4o-mini",
    answers: {
      addJudgement: async ({ judgement }) => {
        kept.push(judgement);
        return true;
      },
    },
    budget: {
      hold: async () => ({ kind: "held", hold: "h" }),
      settle: async ({ hold, cost }) => void settled.push([hold, cost]),
    },
    prices: await loadPrices("data/prices.json", () => NOW),
    recordTurn: async ({ entry, text }) => {
      expect(text).toBeNull();
      rows.push(entry);
    },
    onFailure: (_part, error) => failures.push(error),
    now: () => NOW,
    ...parts,
  });
  onTestFinished(() => judge.close());
  return { judge, asking, kept, rows, settled, failures };
}

describe("a judge", () => {
  it("is called once per pair, and its verdict is stored in the entry", async () => {
    const { judge, asking, kept } = await open(async () => SAME);
    for (const question of ["Lost my password", "lost my password?", "Lost my password"]) {
      judge.consider(turnOf(question));
    }
    await expect.poll(() => kept).toHaveLength(1);
    judge.consider(turnOf("Lost my password"));
    expect(asking).toHaveBeenCalledTimes(1);
    expect(asking.mock.calls[0]?.[0]).toBe(
      'First question: "How do I reset my password?"\nSecond question: "Lost my password"',
    );
    const questionId = answerId(ENTRY.scope, "lost my password");
    expect(kept).toEqual([{ questionId, isSame: true }]);
  });

  it("is not called without a near miss, or for a long question", async () => {
    const { judge, asking } = await open(async () => SAME);
    judge.consider(turnOf("a", { doubtful: undefined }));
    judge.consider(turnOf("a".repeat(2_001)));
    judge.consider(turnOf("b", { doubtful: makeEntry({ question: "b".repeat(2_001) }) }));
    expect(asking).not.toHaveBeenCalled();
  });

  it("without a clear verdict decides no: nothing is served for it", async () => {
    const { judge, kept } = await open(async () => ({ ...SAME, isSame: undefined }));
    judge.consider(turnOf("a"));
    await expect.poll(() => kept).toMatchObject([{ isSame: false }]);
  });

  it("is booked in the request's conversation and the daily budget", async () => {
    const { judge, rows, settled } = await open(async () => SAME);
    judge.consider(turnOf("a"));
    await expect.poll(() => settled).toEqual([["h", COST]]);
    expect(rows).toMatchObject([
      {
        id: "msg_a-judged",
        tenant: "acme",
        conversationId: "conv_1",
        userId: "ann",
        status: "judged",
        tier: null,
        usage: { model: "gpt-4o-mini", promptTokens: 200, completionTokens: 1, totalTokens: 201 },
        cost: { totalNanoUsd: COST, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true },
      },
    ]);
  });

  it("is not called when the budget is used up, and may be later", async () => {
    const verdicts: BudgetVerdict[] = [
      { kind: "refused", reason: "spent", retryAfterSeconds: 1 },
      { kind: "held", hold: "h" },
    ];
    const settle = vi.fn(async () => {});
    const hold = vi.fn(async () => verdicts.shift() ?? expect.fail());
    const { judge, asking, rows } = await open(async () => SAME, { budget: { hold, settle } });
    judge.consider(turnOf("a"));
    await expect.poll(() => hold.mock.calls).toHaveLength(1);
    await new Promise(setImmediate);
    expect(asking).not.toHaveBeenCalled();
    expect(settle).not.toHaveBeenCalled();
    judge.consider(turnOf("a"));
    await expect.poll(() => rows).toHaveLength(1);
  });

  it("that fails gives no verdict, costs nothing, and is not called again at once", async () => {
    const problem = new Error("away");
    const { judge, asking, kept, rows, settled, failures } = await open(() =>
      Promise.reject(problem),
    );
    judge.consider(turnOf("a"));
    await expect.poll(() => failures).toEqual([problem]);
    judge.consider(turnOf("a"));
    expect(asking).toHaveBeenCalledTimes(1);
    expect([kept, rows, settled]).toEqual([[], [], [["h", 0n]]]);
  });

  it("is booked even if its verdict cannot be stored, and stored even if it cannot be booked", async () => {
    const away = new Error("away");
    const one = await open(async () => SAME, {
      answers: { addJudgement: () => Promise.reject(away) },
    });
    one.judge.consider(turnOf("a"));
    await expect.poll(() => one.failures).toEqual([away]);
    expect(one.rows).toHaveLength(1);
    expect(one.settled).toEqual([["h", COST]]);
    const other = await open(async () => SAME, { recordTurn: () => Promise.reject(away) });
    other.judge.consider(turnOf("a"));
    await expect.poll(() => other.failures).toEqual([away]);
    expect(other.kept).toHaveLength(1);
  });

  it("judges two pairs concurrently and queues a hundred, in order", async () => {
    const gate = defer();
    let underWay = 0;
    let most = 0;
    const { judge, asking, kept } = await open(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await gate.promise;
      underWay -= 1;
      return SAME;
    });
    for (let index = 0; index < 150; index += 1) judge.consider(turnOf(`question ${index}`));
    await expect.poll(() => asking.mock.calls).toHaveLength(2);
    gate.resolve();
    await expect.poll(() => kept).toHaveLength(102);
    expect(most).toBe(2);
    const asked = asking.mock.calls.map(([text]) => /question \d+/.exec(text)?.[0]);
    expect(asked).toEqual(Array.from({ length: 102 }, (_, index) => `question ${index}`));
  });

  it("is aborted at shutdown", async () => {
    const signals: AbortSignal[] = [];
    const { judge, asking, failures } = await open(
      (_pair, signal) =>
        new Promise((_resolve, reject) => {
          signals.push(signal);
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    for (const question of ["a", "b", "c"]) judge.consider(turnOf(question));
    await expect.poll(() => asking.mock.calls).toHaveLength(2);
    await judge.close();
    judge.consider(turnOf("d"));
    expect(asking).toHaveBeenCalledTimes(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(failures).toEqual([]);
  });
});

describe("the judge's prompt and verdict", () => {
  async function ask(script: Script) {
    const model = scriptedModel(() => script, { id: "gpt-4o-mini" });
    const { judge } = await loadPrompts("prompts");
    const counter = { count: () => 3, countPrompt: () => 7 };
    const asking = createAskJudge({ model, prompt: judge, counter });
    const reply = await asking("Which?", new AbortController().signal);
    return { reply, messages: model.calls[0]?.map(({ text }) => text) };
  }

  it("is the text with the prompt file", async () => {
    const { reply, messages } = await ask({
      text: "SAME",
      usage: { input_tokens: 200, output_tokens: 1, total_tokens: 201 },
    });
    const { judge } = await loadPrompts("prompts");
    expect(messages).toEqual([judge.text, "Which?"]);
    expect(reply).toEqual(SAME);
  });

  it("has its tokens counted locally if the provider reports none", async () => {
    const { reply } = await ask({ text: "DIFFERENT" });
    expect(reply.isSame).toBe(false);
    expect(reply.estimated).toBe(true);
    expect(reply.call).toMatchObject({ promptTokens: 7, completionTokens: 3 });
  });

  it.each(["SAME", "same", " Same.\n", "**SAME**", `"SAME"`, "`same`"])("%j is a yes", (reply) => {
    expect(readVerdict(reply)).toBe(true);
  });

  it.each(["DIFFERENT", "different.", "**Different**"])("%j is a no", (reply) => {
    expect(readVerdict(reply)).toBe(false);
  });

  it.each(["", "not same", "NOT THE SAME", "SAME or DIFFERENT", "SAME, but", "Yes", "indifferent"])(
    "%j is neither",
    (reply) => {
      expect(readVerdict(reply)).toBeUndefined();
    },
  );

  it("is not a verdict with any other letter in it", () => {
    const other = fc.string().filter((text) => /[\p{L}\p{N}]/u.test(text));
    const verdict = fc.constantFrom("same", "DIFFERENT");
    fc.assert(
      fc.property(verdict, fc.string(), other, fc.boolean(), (word, before, after, isFirst) => {
        const text = isFirst ? `${after} ${word} ${before}` : `${before} ${word} ${after}`;
        expect(readVerdict(text)).toBeUndefined();
      }),
    );
  });

  it("has each text on one line whose end cannot be faked", () => {
    const text = fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\r", "a", ":", "SAME") });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const lines = renderMaterial({ One: one, Other: other }).split(/[\r\n]/);
        expect(lines).toHaveLength(2);
        const read = lines.map((line) => JSON.parse(line.slice(line.indexOf(":") + 1)));
        expect(read).toEqual([one, other]);
      }),
    );
  });
});
