import { createAnswerChains } from "../../src/chat/answer-chain.ts";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createAnswerCache } from "../../src/cache/answer-cache.ts";
import { createInFlight } from "../../src/cache/in-flight.ts";
import { createReadLanguage } from "../../src/language/detect-language.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { createMemorySingleFlight } from "../../src/cache/memory-single-flight.ts";
import { answerQuestion, type AnswerParts } from "../../src/answer/answer-question.ts";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../src/chat/follow-up/read-text.ts";
import { loadPrompts } from "../../src/chat/prompts.ts";
import {
  createResolveQuestion,
  createMemoryRewritingMemo,
} from "../../src/chat/resolve-question.ts";
import type { ChatRequest } from "../../src/chat/types.ts";
import { RepriseError } from "../../src/errors.ts";
import { fromReport } from "../../src/http/formats/reply-format.ts";
import { createMemoryHistory } from "../../src/history/context-window.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createRetrieve } from "../../src/knowledge/retrieve.ts";
import { createFailOpen } from "../../src/operations/with-deadline.ts";
import type { EndedTurn } from "../../src/transcripts/types.ts";
import { UNLIMITED } from "../../src/usage/budget.ts";
import { loadPrices } from "../../src/usage/prices.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const QUESTION = "How do I reset my password?";
const ANSWER: Script = {
  text: "Open the settings and choose a new one.",
  usage: { input_tokens: 812, output_tokens: 164, total_tokens: 976 },
};
const REWRITING: Script = {
  text: QUESTION,
  usage: { input_tokens: 200, output_tokens: 10, total_tokens: 210 },
};
// gpt-4o-mini is 150 nano-dollars a prompt token and 600 another one, text-embedding-3-small is 20.
const ANSWER_COST = 812n * 150n + 164n * 600n;
const REWRITING_COST = 200n * 150n + 10n * 600n;
const EMBEDDING_COST = 9n * 20n;

const isRewriting = (messages: BaseMessage[]) =>
  messages.some(({ text }) => text.startsWith("Conversation:"));

/** Asks a service that has one model at OpenAI's prices, and no documents. */
async function openChat({ admit }: Pick<AnswerParts, "admit"> = {}) {
  const { now } = createFakeClock(Date.UTC(2026, 10, 23));
  const counter = { count: () => 1, countPrompt: () => 1 };
  const prompts = await loadPrompts("prompts");
  const embedder = wordEmbedder();
  const passages = createMemoryPassages({ dimensions: embedder.dimensions });
  const answers = createMemoryAnswers({ dimensions: embedder.dimensions, now });
  const called: BaseMessage[][] = [];
  const script = (messages: BaseMessage[]) => {
    called.push(messages);
    return isRewriting(messages) ? REWRITING : ANSWER;
  };
  const model = scriptedModel(script, { id: "gpt-4o-mini" });
  const recorded: EndedTurn[] = [];
  const retrieve = createRetrieve(passages);
  const compareQuestions = () => [];
  const dependencies = {
    admit,
    recordTurn: async (turn: EndedTurn) => void recorded.push(turn),
    budget: UNLIMITED,
    profiles: { read: async () => undefined },
    nextOrder: () => recorded.length,
    history: createMemoryHistory({ limits: { maxMessages: 20, ttlSeconds: 86_400 }, now }),
    readTranscript: async () => [],
    cache: createAnswerCache({ answers, passages, retrieve, compareQuestions, now }),
    flights: createMemorySingleFlight(),
    inFlight: createInFlight(),
    compareQuestions,
    readLanguage: createReadLanguage("en"),
    retrieve,
    isRelevant: () => false,
    passages,
    embedder: {
      ...embedder,
      model: "text-embedding-3-small",
      embed: async (texts: readonly string[]) => ({ ...(await embedder.embed(texts)), tokens: 9 }),
    },
    model,
    prompts,
    chains: createAnswerChains(prompts),
    counter,
    recallQuestion: () => Promise.reject(new Error("nothing is explained here")),
    resolveQuestion: createResolveQuestion({
      model,
      prompt: prompts.standaloneQuestion,
      counter,
      readTextOf: createReadText(await loadLexicons("data/follow-up")),
      memo: createMemoryRewritingMemo(),
    }),
    prices: await loadPrices("data/prices.json", now),
    notes: () => {},
    owners: {
      admit: async () => ({ owner: undefined, isVerified: true }),
      begin: () => {},
      find: () => expect.fail("nobody asks whose it is"),
    },
    failOpen: createFailOpen({ deadlineMs: 5_000, onFailure: () => {} }),
    policy: () => ({ threshold: 0.95, greyThreshold: 1, ttlSeconds: 3_600 }),
    now,
    random: () => 0,
  };
  const ask = async (message: string, parts: Partial<ChatRequest> = {}) => {
    const request: ChatRequest = {
      tenant: "acme",
      message,
      conversationId: null,
      cacheMode: "default",
      ...parts,
    };
    const run = { id: "msg_1", stopSignal: new AbortController().signal };
    for await (const event of answerQuestion(request, run, dependencies)) {
      if (event.type === "answer-end") return event.reply;
      if (event.type === "answer-error") throw fromReport(event.error);
    }
    throw new Error("no reply came");
  };
  return Object.assign(ask, { called, recorded });
}

describe("the cost of an answer", () => {
  it("is that of its embedding and its model call, with nothing saved", async () => {
    const ask = await openChat();
    const { cache, cost } = await ask(QUESTION);
    expect(cache.status).toBe("miss");
    expect(cost).toEqual({
      totalNanoUsd: ANSWER_COST + EMBEDDING_COST,
      savedNanoUsd: 0n,
      netSavedNanoUsd: 0n,
      priced: true,
    });
  });

  it("is nothing for the same words again, and the whole model call is saved", async () => {
    const ask = await openChat();
    await ask(QUESTION);
    const { cache, cost } = await ask(QUESTION);
    expect(cache.tier).toBe("exact");
    expect(cost).toEqual({
      totalNanoUsd: 0n,
      savedNanoUsd: ANSWER_COST,
      netSavedNanoUsd: ANSWER_COST,
      priced: true,
    });
  });

  it("is nothing while there is no room to record it: the model is not called", async () => {
    const admit = () => Promise.reject(new RepriseError("not_ready", "Too many turns wait."));
    const ask = await openChat({ admit });
    await expect(ask(QUESTION)).rejects.toMatchObject({ code: "not_ready" });
    expect(ask.called).toEqual([]);
    expect(ask.recorded).toEqual([]);
  });

  it("is the embedding for a semantic hit, and the saving is net of it", async () => {
    const ask = await openChat();
    await ask(QUESTION);
    const { cache, cost } = await ask("My password: how do I reset?");
    expect(cache.tier).toBe("semantic");
    expect(cost.totalNanoUsd).toBe(EMBEDDING_COST);
    expect(cost.netSavedNanoUsd).toBe(ANSWER_COST - EMBEDDING_COST);
  });

  it("holds the rewriting of a follow-up that a hit then answers", async () => {
    const ask = await openChat();
    await ask(QUESTION);
    const { cache, cost } = await ask("And how do I reset it?", {
      history: [
        { role: "user", content: "I lost my password." },
        { role: "assistant", content: "You can choose a new one." },
      ],
    });
    expect(cache.tier).toBe("exact");
    expect(cost.totalNanoUsd).toBe(REWRITING_COST);
    expect(cost.netSavedNanoUsd).toBe(ANSWER_COST - REWRITING_COST);
  });
});
