import { beforeAll, describe, expect, it } from "vitest";
import { openAccount, type AccountParts } from "../../src/answer/account.ts";
import { buildHitReply, buildReply } from "../../src/answer/reply.ts";
import type { ModelAnswer } from "../../src/chat/call-model.ts";
import type { ChatMessage } from "../../src/history/types.ts";
import type { EndedTurn } from "../../src/transcripts/types.ts";
import type { BudgetVerdict } from "../../src/usage/budget.ts";
import { loadPrices, type PriceList } from "../../src/usage/prices.ts";
import { makeAsked, makeOutcome } from "../support/make-asked.ts";
import { makeEntry } from "../support/make-entry.ts";

const NOW = Date.UTC(2026, 0, 2);
const CONTEXT = { passages: [], history: [], evidence: undefined };
// gpt-4o-mini is 150 nano-dollars a prompt token and 600 another one.
const CALL = {
  model: "gpt-4o-mini",
  promptTokens: 100,
  cachedPromptTokens: 0,
  completionTokens: 10,
};
const COST = 100n * 150n + 10n * 600n;
const MISSED = makeOutcome();
const ANSWER: ModelAnswer = {
  text: "Open Settings.",
  thinking: "",
  refusal: undefined,
  finishReason: "stop",
  toolCalls: [],
  logprobs: undefined,
  others: [],
  estimated: false,
  tokens: CALL,
  failure: undefined,
};

let prices: PriceList;
beforeAll(async () => {
  prices = await loadPrices("data/prices.json", () => NOW);
});

function open(verdict: BudgetVerdict = { kind: "held", hold: "hold_1" }) {
  const rows: EndedTurn[] = [];
  const settled: { hold: string | undefined; cost: bigint }[] = [];
  const appended: (readonly ChatMessage[])[] = [];
  let order = 0;
  const parts: AccountParts = {
    budget: {
      hold: async () => verdict,
      settle: async ({ hold, cost }) => void settled.push({ hold, cost }),
    },
    prices,
    embedder: { model: "text-embedding-3-small" },
    model: { id: "gpt-4o-mini" },
    recordTurn: async (turn) => void rows.push(turn),
    nextOrder: () => (order += 1),
    history: { append: async (_key, messages) => void appended.push(messages) },
    now: () => NOW,
  };
  const asked = makeAsked({ request: { conversationId: "conv_1", userId: "ann" }, owner: "key_1" });
  return { asked, parts, rows, settled, appended, account: openAccount(asked, parts) };
}

describe("the account of an answer", () => {
  it("holds what it may cost, and settles what it did cost with its row", async () => {
    const { asked, parts, rows, settled, account } = open();
    await account.hold(asked, CONTEXT);
    asked.meter.addCall(CALL, false);
    const made = { context: CONTEXT, generation: ANSWER };
    await account.record(asked, buildReply(asked, MISSED, made, parts));
    expect(settled).toEqual([{ hold: "hold_1", cost: COST }]);
    expect(rows).toMatchObject([
      {
        entry: {
          id: "msg_1",
          conversationId: "conv_1",
          userId: "ann",
          status: "miss",
          finishReason: "stop",
          usage: { promptTokens: 100, completionTokens: 10, totalTokens: 110, estimated: false },
          cost: { totalNanoUsd: COST, savedNanoUsd: 0n },
        },
        text: {
          question: asked.request.message,
          answer: "Open Settings.",
          owner: "key_1",
          order: 1,
        },
      },
    ]);
  });

  it("spares with a hit what its answer's call used", async () => {
    const { asked, parts, rows, settled, account } = open();
    const usage = { ...makeEntry().usage, ...CALL, totalTokens: 110 };
    const entry = makeEntry({ usage });
    const outcome = makeOutcome({ status: "hit", tier: "exact", entryId: entry.id });
    await account.record(asked, buildHitReply(asked, { outcome, entry }, parts));
    expect(settled).toEqual([]);
    expect(rows[0]?.entry).toMatchObject({
      status: "hit",
      tier: "exact",
      saved: { promptTokens: 100, completionTokens: 10 },
      usage: { totalTokens: 0 },
      cost: { totalNanoUsd: 0n, savedNanoUsd: COST },
    });
  });

  it("refuses before the model is called where the budget is spent", async () => {
    const refused = { kind: "refused", reason: "spent", retryAfterSeconds: 60 } as const;
    const { asked, settled, rows, account } = open(refused);
    await expect(account.hold(asked, CONTEXT)).rejects.toMatchObject({
      code: "budget_exceeded",
      retryAfterSeconds: 60,
    });
    await account.recordFailure();
    expect(settled).toEqual([]);
    expect(rows).toEqual([]);
  });

  it("charges what was used before it failed, and gives back what it held", async () => {
    const { asked, settled, rows, account } = open();
    await account.hold(asked, CONTEXT);
    asked.meter.addCall(CALL, true);
    await account.recordFailure();
    expect(settled).toEqual([{ hold: "hold_1", cost: COST }]);
    expect(rows).toMatchObject([
      {
        entry: { status: "failed", finishReason: "error", usage: { estimated: true } },
        text: null,
      },
    ]);
  });

  it("keeps a part that came once, as failed", async () => {
    const { asked, parts, settled, rows, account } = open();
    asked.meter.addCall(CALL, false);
    const made = { context: CONTEXT, generation: ANSWER };
    await account.recordPart(asked, buildReply(asked, MISSED, made, parts));
    await account.recordFailure();
    expect(rows).toMatchObject([
      { entry: { status: "failed" }, text: { answer: "Open Settings." } },
    ]);
    expect(settled).toHaveLength(1);
  });

  it("keeps a call of a tool out of the conversation, and its cost in the ledger", async () => {
    const { asked, parts, rows, account } = open();
    asked.meter.addCall(CALL, false);
    const generation: ModelAnswer = { ...ANSWER, finishReason: "tool_calls" };
    const made = { context: CONTEXT, generation };
    await account.record(asked, buildReply(asked, MISSED, made, parts));
    expect(rows).toMatchObject([{ entry: { cost: { totalNanoUsd: COST } }, text: null }]);
  });

  it("puts what the client added into the window before the turn", async () => {
    const { asked, parts, appended, account } = open();
    const added: readonly ChatMessage[] = [{ role: "assistant", content: "Welcome!" }];
    const greeted = { ...asked, request: { ...asked.request, added } };
    const made = { context: CONTEXT, generation: ANSWER };
    await account.record(greeted, buildReply(greeted, MISSED, made, parts));
    expect(appended).toEqual([added]);
  });

  it("lets the reply go out where it cannot be recorded, and says so", async () => {
    const { asked, parts } = open();
    const recordTurn = () => Promise.reject(new Error("away"));
    const account = openAccount(asked, { ...parts, recordTurn });
    const made = { context: CONTEXT, generation: ANSWER };
    await account.record(asked, buildReply(asked, MISSED, made, parts));
    expect([...asked.attempt.degraded]).toEqual(["history"]);
  });
});
