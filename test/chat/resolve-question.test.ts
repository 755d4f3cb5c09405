import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../src/chat/follow-up/read-text.ts";
import { loadPrompts } from "../../src/chat/prompts.ts";
import {
  createResolveQuestion,
  createMemoryRewritingMemo,
} from "../../src/chat/resolve-question.ts";
import type { ChatMessage } from "../../src/history/types.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";

const readTextOf = createReadText(await loadLexicons("data/follow-up"));
const { standaloneQuestion: prompt } = await loadPrompts("prompts");
const signal = new AbortController().signal;

const LOGIN_SAID: ChatMessage[] = [
  { role: "user", content: "How is two-factor login enabled?" },
  { role: "assistant", content: "Open Settings, then Security." },
];
const LOGIN = { history: LOGIN_SAID };
const REFUNDS_SAID: ChatMessage[] = [
  { role: "user", content: "When are refunds paid?" },
  { role: "assistant", content: "Within five days." },
];
const REFUNDS = { history: REFUNDS_SAID };
const REWRITTEN = "How is two-factor login undone?";

function openResolve(
  script: Script | (() => Script),
  options: Parameters<typeof scriptedModel>[1] = {},
) {
  const model = scriptedModel(typeof script === "function" ? script : () => script, options);
  const counter = { count: () => 7, countPrompt: () => 70 };
  const memo = createMemoryRewritingMemo();
  const parts = { model, prompt, counter, readTextOf, memo };
  const recall = createResolveQuestion({ ...parts, onlyRemembered: true });
  return { model, recall, resolve: createResolveQuestion(parts) };
}

describe("resolving a question", () => {
  it("is recalled without a model call where it was rewritten before, and not otherwise", async () => {
    const { model, recall, resolve } = openResolve({ text: REWRITTEN });
    const ask = "And how is it undone?";
    expect(await recall(ask, LOGIN, signal)).toMatchObject({ question: ask, standsAlone: false });
    await resolve(ask, LOGIN, signal);
    const known = { question: REWRITTEN, standsAlone: true };
    expect(await recall(ask, LOGIN, signal)).toMatchObject(known);
    expect(model.calls).toHaveLength(1);
  });

  it("asks before it calls the model, and only where it would", async () => {
    const { model, resolve } = openResolve({ text: REWRITTEN });
    const asked: string[] = [];
    const mayAsk = (answer: boolean) => async () => {
      asked.push(String(answer));
      return answer;
    };
    const ask = "And how is it undone?";
    const left = await resolve(ask, LOGIN, signal, mayAsk(false));
    expect(left).toMatchObject({ question: ask, standsAlone: false, failed: false });
    expect(model.calls).toHaveLength(0);
    expect(await resolve(ask, LOGIN, signal, mayAsk(true))).toMatchObject({ question: REWRITTEN });
    await resolve(ask, LOGIN, signal, mayAsk(false));
    await resolve("How do I reset my password?", LOGIN, signal, mayAsk(false));
    expect(asked).toEqual(["false", "true"]);
    expect(model.calls).toHaveLength(1);
  });

  it("costs no call when it is complete", async () => {
    const { model, resolve } = openResolve({ text: "never asked" });
    expect(await resolve("How do I reset my password?", LOGIN, signal)).toMatchObject({
      question: "How do I reset my password?",
      standsAlone: true,
    });
    expect(model.calls).toHaveLength(0);
  });

  it("rewrites a follow-up, once for the same words after the same words", async () => {
    const usage = { input_tokens: 120, output_tokens: 9, total_tokens: 129 };
    const { model, resolve } = openResolve({ text: REWRITTEN, usage }, { id: "small-model" });
    const first = await resolve("And how is it undone?", LOGIN, signal);
    expect(first).toMatchObject({
      question: REWRITTEN,
      standsAlone: true,
      call: { model: "small-model", promptTokens: 120, completionTokens: 9 },
    });
    const again = await resolve("And how is it undone?", LOGIN, signal);
    expect(again).toMatchObject({ question: REWRITTEN, standsAlone: true });
    expect(again.call).toBeUndefined();
    expect(model.calls).toHaveLength(1);
  });

  it("rewrites it anew for another tenant, so that no bill tells what another asked", async () => {
    const { model, resolve } = openResolve({ text: REWRITTEN });
    const ask = (tenant: string) =>
      resolve("And how is it undone?", LOGIN, signal, undefined, tenant);
    await ask("acme");
    await ask("acme");
    expect(model.calls).toHaveLength(1);
    expect((await ask("globex")).call).toBeDefined();
    expect(model.calls).toHaveLength(2);
  });

  it("keeps the rewriting to the conversation it was made for", async () => {
    const { model, resolve } = openResolve(() => ({
      text: model.calls.length === 1 ? REWRITTEN : "How are refunds undone?",
    }));
    await resolve("And how is it undone?", LOGIN, signal);
    const other = await resolve("And how is it undone?", REFUNDS, signal);
    expect(other.question).toBe("How are refunds undone?");
    expect(model.calls).toHaveLength(2);
  });

  it.each([
    ["still leans", "How is it undone?"],
    ["invents", "How is the Okta login undone?"],
    ["answers", "Open Settings and choose Security."],
    ["does not know", "UNCLEAR"],
    ["says nothing", "  "],
  ])("stays in the conversation when the model %s, and the call is counted", async (_, text) => {
    const { resolve } = openResolve({ text });
    const resolved = await resolve("And how is it undone?", LOGIN, signal);
    expect(resolved).toMatchObject({
      question: "And how is it undone?",
      standsAlone: false,
      failed: false,
      call: { promptTokens: 70, completionTokens: 7 },
    });
  });

  it("may name what was said far back in a history that the client keeps", async () => {
    const chatter = Array.from({ length: 18 }, (_turn, at): ChatMessage[] => [
      { role: "user", content: `Where is room ${at}?` },
      { role: "assistant", content: "Upstairs." },
    ]);
    const said: ChatMessage[] = [
      { role: "user", content: "I paid with the card that ends in 4417" },
      { role: "assistant", content: "Thank you." },
      ...chatter.flat(),
    ];
    const question = "When is a refund back on a card that ends in 4417?";
    const { model, resolve } = openResolve({ text: question });
    const resolved = await resolve("And when is it back on it?", { history: said }, signal);
    expect(resolved).toMatchObject({ question, standsAlone: true });
    expect(JSON.stringify(model.calls[0])).toContain("ends in 4417");
  });

  it("stays in the conversation when the model fails or cannot rewrite", async () => {
    const failing = openResolve({ text: "", error: new Error("down") });
    expect(await failing.resolve("And how is it undone?", LOGIN, signal)).toMatchObject({
      standsAlone: false,
      failed: true,
    });
    const offline = openResolve({ text: REWRITTEN }, { canRewrite: false });
    expect(await offline.resolve("And how is it undone?", LOGIN, signal)).toMatchObject({
      standsAlone: false,
      failed: false,
    });
    expect(offline.model.calls).toHaveLength(0);
  });

  it("asks nothing of what is nobody else's business", async () => {
    const { model, resolve } = openResolve({ text: REWRITTEN });
    expect(await resolve("yes please", LOGIN, signal)).toMatchObject({
      standsAlone: false,
      heldBack: "small-talk",
    });
    expect(await resolve("Which plan am I on?", LOGIN, signal)).toMatchObject({
      standsAlone: true,
      heldBack: "about-oneself",
    });
    expect(model.calls).toHaveLength(0);
  });

  it("does not share what turns out to be about its asker", async () => {
    const { resolve } = openResolve({ text: "What is my refund status?" });
    expect(await resolve("And what about the status?", REFUNDS, signal)).toMatchObject({
      question: "And what about the status?",
      standsAlone: false,
      heldBack: "about-oneself",
    });
  });
});
