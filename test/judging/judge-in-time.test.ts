import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createMeter, type Meter } from "../../src/answer/asking.ts";
import { answerId } from "../../src/cache/scope.ts";
import type { Judgement } from "../../src/cache/types.ts";
import type { AskJudge, JudgeReply } from "../../src/judging/ask-judge.ts";
import {
  createJudgeInTime,
  type JudgeInTimeParts,
  type WaitingQuestion,
} from "../../src/judging/judge-in-time.ts";
import type { Judged } from "../../src/judging/judge.ts";
import { LateError } from "../../src/operations/with-deadline.ts";
import { loadPrices } from "../../src/usage/prices.ts";
import type { LedgerEntry } from "../../src/usage/types.ts";
import { defer } from "../support/defer.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { makeEntry } from "../support/make-entry.ts";

const NEVER_LATE = 60_000;
const AT_ONCE = 1;
const ENTRY = makeEntry();
const CALL = {
  model: "gpt-4o-mini",
  promptTokens: 200,
  cachedPromptTokens: 0,
  completionTokens: 1,
};
const SAME: JudgeReply = { isSame: true, call: CALL, estimated: false };
// gpt-4o-mini is 150 nano-dollars a prompt token and 600 another one.
const COST = 200n * 150n + 600n;

function turnOf(question: string, tenant = "acme"): WaitingQuestion & { meter: Meter } {
  return {
    id: `msg_${question}`,
    request: { tenant, message: question, conversationId: "c", cacheMode: "default" },
    scope: ENTRY.scope,
    question,
    meter: createMeter(),
  };
}

const callsOf = ({ meter }: { meter: Meter }) => meter.spent().calls;

async function open(ask: AskJudge, parts: Partial<JudgeInTimeParts> = {}) {
  const time = createFakeClock();
  const kept: Judgement[] = [];
  const rows: LedgerEntry[] = [];
  const settled: (readonly [hold: string | undefined, cost: bigint])[] = [];
  const decisions: string[] = [];
  const failures: unknown[] = [];
  const asking = vi.fn(ask);
  const judge = createJudgeInTime({
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
    prices: await loadPrices("data/prices.json", time.now),
    recordTurn: async ({ entry }) => void rows.push(entry),
    onFailure: (_part, error) => failures.push(error),
    onDecision: (decision) => decisions.push(decision),
    now: time.now,
    deadlineMs: NEVER_LATE,
    ...parts,
  });
  onTestFinished(() => judge.close());
  return { judge, asking, kept, rows, settled, decisions, failures, time };
}

describe("a judge before the reply", () => {
  it("decides same or different, is paid by the waiting request, and its verdict is stored", async () => {
    const replies: JudgeReply[] = [SAME, { ...SAME, isSame: false, estimated: true }];
    const { judge, asking, kept, rows, settled, decisions } = await open(
      async () => replies.shift() ?? expect.fail(),
    );
    const [one, other] = [turnOf("one"), turnOf("other")];
    expect(await judge.decide(one, ENTRY)).toBe("same");
    expect(await judge.decide(other, ENTRY)).toBe("different");
    expect(asking.mock.calls[0]?.[2]).toEqual({ stored: ENTRY.question, asked: "one" });
    expect([one, other].map(callsOf)).toEqual([[CALL], [CALL]]);
    expect([one, other].map(({ meter }) => meter.spent().estimated)).toEqual([false, true]);
    expect(rows).toEqual([]);
    // What was held goes back: the turn settles what it has cost.
    expect(settled).toEqual([
      ["h", 0n],
      ["h", 0n],
    ]);
    await expect
      .poll(() => kept)
      .toEqual([
        { questionId: answerId(ENTRY.scope, "one"), isSame: true },
        { questionId: answerId(ENTRY.scope, "other"), isSame: false },
      ]);
    expect(decisions).toEqual(["same", "different"]);
  });

  it("that is not sure decides no", async () => {
    const { judge, kept } = await open(async () => ({ ...SAME, isSame: undefined }));
    expect(await judge.decide(turnOf("a"), ENTRY)).toBe("different");
    await expect.poll(() => kept).toMatchObject([{ isSame: false }]);
  });

  it("that is late is not waited for; its verdict is stored for later, with a ledger row of its own", async () => {
    const gate = defer();
    const { judge, kept, rows, settled, decisions } = await open(
      async () => {
        await gate.promise;
        return SAME;
      },
      { deadlineMs: AT_ONCE },
    );
    const turn = turnOf("a");
    await expect(judge.decide(turn, ENTRY)).rejects.toThrow(LateError);
    expect([decisions, callsOf(turn), kept]).toEqual([["late"], [], []]);
    gate.resolve();
    await expect.poll(() => kept).toMatchObject([{ isSame: true }]);
    expect(callsOf(turn)).toEqual([]);
    expect(rows).toMatchObject([
      { id: "msg_a-judged", status: "judged", conversationId: "c", cost: { totalNanoUsd: COST } },
    ]);
    expect(settled).toEqual([["h", COST]]);
  });

  it("that fails reports the failure and costs nothing", async () => {
    const away = new Error("away");
    const { judge, kept, rows, settled, decisions } = await open(() => Promise.reject(away));
    const turn = turnOf("a");
    await expect(judge.decide(turn, ENTRY)).rejects.toThrow(away);
    expect([decisions, callsOf(turn), kept, rows]).toEqual([["failed"], [], [], []]);
    expect(settled).toEqual([["h", 0n]]);
  });

  it("reports the verdict for each request that waited, once its lookup is logged", async () => {
    const gate = defer();
    const told: Judged[] = [];
    const { judge } = await open(
      async () => {
        await gate.promise;
        return SAME;
      },
      { deadlineMs: AT_ONCE, onJudged: (judged) => told.push(judged) },
    );
    const turns = [turnOf("a"), turnOf("A")];
    for (const turn of turns) await expect(judge.decide(turn, ENTRY)).rejects.toThrow(LateError);
    const [early, after] = turns;
    if (early !== undefined) judge.settle(early);
    judge.settle(turnOf("never asked"));
    gate.resolve();
    const word = { entryId: ENTRY.id, isSame: true };
    await expect.poll(() => told).toMatchObject([{ messageId: "msg_a", ...word }]);
    if (after !== undefined) judge.settle(after);
    await expect.poll(() => told).toMatchObject([{}, { messageId: "msg_A", ...word }]);
  });

  it("is called once for concurrent requests with the same pair, and one of them pays", async () => {
    const gate = defer();
    const { judge, asking } = await open(async () => {
      await gate.promise;
      return SAME;
    });
    const turns = [turnOf("a"), turnOf("A"), turnOf("b")];
    const deciding = turns.map((turn) => judge.decide(turn, ENTRY));
    await expect.poll(() => asking.mock.calls).toHaveLength(2);
    gate.resolve();
    expect(await Promise.all(deciding)).toEqual(["same", "same", "same"]);
    expect(asking).toHaveBeenCalledTimes(2);
    expect(turns.flatMap(callsOf)).toHaveLength(2);
  });

  it("is not called without budget, for long questions, or beyond 32 concurrent calls", async () => {
    const refused = { kind: "refused", reason: "spent", retryAfterSeconds: 1 } as const;
    const poor = await open(async () => SAME, {
      budget: { hold: async () => refused, settle: async () => {} },
    });
    expect(await poor.judge.decide(turnOf("a"), ENTRY)).toBe("skipped");
    expect(poor.asking).not.toHaveBeenCalled();
    const gate = defer();
    const { judge, asking, decisions } = await open(async () => {
      await gate.promise;
      return SAME;
    });
    expect(await judge.decide(turnOf("a".repeat(2_001)), ENTRY)).toBe("skipped");
    const first = Array.from({ length: 32 }, (_, index) => judge.decide(turnOf(`${index}`), ENTRY));
    expect(await judge.decide(turnOf("one more"), ENTRY)).toBe("skipped");
    gate.resolve();
    expect(new Set(await Promise.all(first))).toEqual(new Set(["same"]));
    expect(asking).toHaveBeenCalledTimes(32);
    expect(decisions.filter((decision) => decision === "skipped")).toHaveLength(2);
  });

  it("is skipped for ten seconds after five consecutive failures", async () => {
    let isAway = true;
    const { judge, asking, time } = await open(async () => {
      if (isAway) throw new Error("away");
      return SAME;
    });
    for (let index = 0; index < 5; index += 1) {
      await expect(judge.decide(turnOf(`${index}`), ENTRY)).rejects.toThrow("away");
    }
    isAway = false;
    expect(await judge.decide(turnOf("a"), ENTRY)).toBe("skipped");
    expect(asking).toHaveBeenCalledTimes(5);
    await time.advance(10_000);
    expect(await judge.decide(turnOf("a"), ENTRY)).toBe("same");
  });

  it("is aborted at shutdown", async () => {
    const signals: AbortSignal[] = [];
    const { judge, asking } = await open((_text, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const deciding = judge.decide(turnOf("a"), ENTRY).catch(String);
    await expect.poll(() => asking.mock.calls).toHaveLength(1);
    await judge.close();
    expect(await deciding).toContain("shutting down");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await judge.decide(turnOf("b"), ENTRY)).toBe("skipped");
  });
});
