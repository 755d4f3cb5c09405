import { describe, expect, it } from "vitest";
import type { Asked } from "../../src/answer/asking.ts";
import type { AnswerContext } from "../../src/answer/retrieve.ts";
import { storeAnswer, toAnswerEntry, type StoreParts } from "../../src/answer/store.ts";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import type { AnswerEntry } from "../../src/cache/types.ts";
import type { WholeAnswer } from "../../src/chat/call-model.ts";
import { toCitation } from "../../src/chat/citations.ts";
import type { ChatReply, ChatRequest } from "../../src/chat/types.ts";
import { OPEN_VIEW } from "../../src/knowledge/reader-groups.ts";
import { makeAsked, makeOutcome, makeSearch } from "../support/make-asked.ts";
import { makeEntry } from "../support/make-entry.ts";
import { makeRetrieved } from "../support/make-passage.ts";

const NOW = Date.UTC(2026, 0, 2);
const PASSAGE = makeRetrieved();
const CONTEXT: AnswerContext = {
  passages: [PASSAGE],
  history: [],
  evidence: {
    passages: [PASSAGE],
    trace: NOTHING_RETRIEVED,
    knowledgeVersion: "7",
    view: OPEN_VIEW,
  },
};
const REPLY: ChatReply = {
  id: "msg_1",
  conversationId: null,
  answer: "Refunds are paid within 30 days. [1]",
  finishReason: "stop",
  citations: [toCitation(PASSAGE)],
  cache: makeOutcome(),
  entry: null,
  usage: makeEntry().usage,
  cost: { totalNanoUsd: 0n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true },
  saved: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
  timings: { total: 1, resolve: 0, embed: 0, lookup: 0, judge: 0, retrieve: 0, model: 1 },
  degraded: [],
};

const OFFERING: ChatRequest["passThrough"] = {
  fields: { tools: [{ type: "function", function: { name: "search" } }] },
  cacheUse: "shared",
  isStructured: false,
  isAllText: true,
};

function makeParts({ count = 3, isErased = false } = {}) {
  const stored: AnswerEntry[] = [];
  const parts: StoreParts = {
    cache: {
      store: async (entry) => {
        stored.push(entry);
        return true;
      },
    },
    passages: { count: async () => count },
    history: { wasRemoved: async () => isErased },
    now: () => NOW,
    random: () => 0.5,
  };
  return { parts, stored };
}

async function isStored(
  {
    asked = makeAsked(),
    reply = {},
    context = {},
    lostMarks = false,
  }: {
    asked?: Asked;
    reply?: Partial<ChatReply>;
    context?: Partial<AnswerContext>;
    lostMarks?: boolean;
  },
  { parts, stored } = makeParts(),
  search = makeSearch(),
): Promise<boolean> {
  const entry = makeEntry();
  const made = {
    reply: { ...REPLY, ...reply },
    context: { ...CONTEXT, ...context },
    generation: { lostMarks },
    search,
  };
  const wasStored = await storeAnswer(asked, entry, made, parts);
  expect(stored).toEqual(wasStored ? [entry] : []);
  return wasStored;
}

describe("an answer", () => {
  it("is stored when it is whole and cites passages", async () => {
    expect(await isStored({})).toBe(true);
  });

  it.each<[string, Parameters<typeof isStored>[0]]>([
    ["had history in its prompt", { context: { history: [{ role: "user", content: "Hello" }] } }],
    ["was made while the documents could not be searched", { context: { evidence: undefined } }],
    ["was cut", { reply: { finishReason: "length" } }],
    ["calls a tool", { reply: { finishReason: "tool_calls", answer: "" } }],
    ["is empty", { reply: { answer: " \n" } }],
    [
      "says that the documents do not",
      { reply: { answer: "I could not find that in the documents." } },
    ],
    ["cites nothing", { reply: { citations: [] } }],
    ["cites a passage that it was not given", { lostMarks: true }],
    [
      "repeats an address of its asker",
      {
        asked: makeAsked({
          request: { message: "I am ann.lee@mail.com, when is my refund paid?" },
        }),
        reply: { answer: "It goes to ann.lee@mail.com. [1]" },
      },
    ],
    [
      "writes a tool call as text, with tools on offer",
      {
        asked: makeAsked({ request: { passThrough: OFFERING } }),
        reply: { answer: 'See [1].\n<tool_call>{"name":"search"}</tool_call>' },
      },
    ],
    [
      "belongs to a request that was stopped",
      { asked: makeAsked({ stopSignal: AbortSignal.abort(new Error("stopped")) }) },
    ],
  ])("is not stored when it %s", async (_case, made) => {
    expect(await isStored(made)).toBe(false);
  });

  it("is stored without citations for a tenant without documents", async () => {
    const reply = { citations: [] };
    expect(await isStored({ reply }, makeParts({ count: 0 }))).toBe(true);
    expect(await isStored({ reply, lostMarks: true }, makeParts({ count: 0 }))).toBe(true);
  });

  it("is not stored when its conversation was erased meanwhile", async () => {
    const asked = makeAsked({ request: { conversationId: "conv_1" } });
    expect(await isStored({ asked }, makeParts({ isErased: true }))).toBe(false);
    expect(await isStored({ asked })).toBe(true);
  });

  it("is not stored under a vector of a part of its question", async () => {
    const search = makeSearch({ vector: { vector: Float32Array.of(1, 0), isWhole: false } });
    expect(await isStored({}, makeParts(), search)).toBe(false);
  });

  it("goes out where it cannot be stored, and says so", async () => {
    const asked = makeAsked();
    const { parts } = makeParts();
    const cache = { store: () => Promise.reject(new Error("away")) };
    expect(await isStored({ asked }, { parts: { ...parts, cache }, stored: [] })).toBe(false);
    expect([...asked.attempt.degraded]).toEqual(["cache"]);
  });
});

describe("the entry of an answer", () => {
  const generation: WholeAnswer = {
    text: REPLY.answer,
    thinking: "",
    refusal: undefined,
    finishReason: "stop",
    toolCalls: [],
    logprobs: undefined,
    others: [],
    estimated: false,
    tokens: { model: "m", promptTokens: 100, cachedPromptTokens: 0, completionTokens: 20 },
    failure: undefined,
  };
  const made = { reply: REPLY, generation, context: CONTEXT };

  it("has what it was made from, and what it used", () => {
    const asked = makeAsked({ question: "When are refunds paid?" });
    const entry = toAnswerEntry(asked, made, makeParts().parts);
    expect(entry).toMatchObject({
      scope: asked.scope,
      question: "When are refunds paid?",
      answer: REPLY.answer,
      evidence: [{ documentId: "help", passageId: PASSAGE.passage.id }],
      knowledgeVersion: "7",
      usage: { promptTokens: 100, completionTokens: 20, totalTokens: 120, estimated: false },
    });
    expect(entry).not.toHaveProperty("compared");
  });

  it("has what of a long message was compared", () => {
    const question = "Dear team, when are refunds paid? Thanks";
    const asked = makeAsked({ question, compared: "when are refunds paid?" });
    expect(toAnswerEntry(asked, made, makeParts().parts)).toMatchObject({
      question,
      compared: "when are refunds paid?",
    });
  });

  it("ends up to a tenth earlier than asked, so that entries do not end together", () => {
    const lifetimeOf = (random: number) => {
      const { createdAt, expiresAt } = toAnswerEntry(
        makeAsked({ request: { ttlSeconds: 1_000 } }),
        made,
        { now: () => NOW, random: () => random },
      );
      return expiresAt - createdAt;
    };
    expect([lifetimeOf(0), lifetimeOf(0.5), lifetimeOf(1)]).toEqual([1_000_000, 950_000, 900_000]);
  });
});
