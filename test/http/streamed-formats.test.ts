import { readUIMessageStream, type UIMessageChunk } from "ai";
import { describe, expect, it } from "vitest";
import type { ChatEvent, ChatReply } from "../../src/chat/types.ts";
import { createResponseBuilder } from "../../src/http/formats/response-format.ts";
import { toResponseFrame } from "../../src/http/formats/response-frame.ts";
import { createUiMessageParts } from "../../src/http/formats/ui-message-format.ts";

const CACHE: ChatReply["cache"] = {
  status: "miss",
  tier: null,
  kind: "standalone-question",
  similarity: null,
  threshold: 0.95,
  entryId: null,
  ageSeconds: null,
  question: "Why?",
  matchedQuestion: null,
  language: "en",
  reasons: ["no-stored-answer"],
};
const REPLY: ChatReply = {
  id: "msg_1",
  conversationId: "c1",
  answer: "Because.",
  finishReason: "stop",
  citations: [],
  cache: CACHE,
  entry: null,
  usage: {
    model: "m",
    promptTokens: 1,
    completionTokens: 2,
    totalTokens: 3,
    cachedPromptTokens: 1,
    reasoningTokens: 1,
    embeddingTokens: 0,
    estimated: false,
  },
  cost: { totalNanoUsd: 0n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true },
  saved: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
  timings: { total: 1, resolve: 0, embed: 0, lookup: 0, judge: 0, retrieve: 0, model: 1 },
  degraded: [],
};

const start: ChatEvent = { type: "answer-start", id: "msg_1", conversationId: "c1", cache: CACHE };
const text = (words: string, isRefusal = false): ChatEvent => ({
  type: "answer-delta",
  text: words,
  ...(isRefusal && { isRefusal }),
});
const thought = (words: string): ChatEvent => ({ type: "reasoning-delta", text: words });
const end = (parts: Partial<ChatReply> = {}): ChatEvent => ({
  type: "answer-end",
  reply: { ...REPLY, ...parts },
});
const cited: ChatEvent = { type: "citations", citations: [] };

/** Thinking that is known for it only when it has ended. */
const RESET = [
  start,
  text("Let me "),
  text("see."),
  { type: "answer-reset" },
  text("Because."),
  cited,
  end(),
] as const;

async function toMessage(events: readonly ChatEvent[]) {
  const toParts = createUiMessageParts();
  const chunks = events.flatMap((event) => toParts(event)) as UIMessageChunk[];
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  let message;
  for await (const next of readUIMessageStream({ stream })) message = next;
  return message;
}

describe("a UI message", () => {
  it("begins anew where its text was thinking, which it keeps as reasoning", async () => {
    expect((await toMessage(RESET))?.parts).toMatchObject([
      { type: "step-start" },
      { type: "reasoning", text: "Let me see.", state: "done" },
      { type: "text", text: "Because.", state: "done" },
    ]);
  });

  it("has blocks of their own for what is thought in between", async () => {
    const events = [start, thought("a"), text("b"), thought("c"), text("d"), cited, end()];
    const parts = (await toMessage(events))?.parts ?? [];
    expect(parts.map(({ type }) => type)).toEqual([
      "step-start",
      "reasoning",
      "text",
      "reasoning",
      "text",
    ]);
  });

  it("says that the model refused", async () => {
    const refusal = "I cannot help with that.";
    const events = [
      start,
      text(refusal, true),
      cited,
      end({ refusal, finishReason: "content_filter" }),
    ];
    const message = await toMessage(events);
    expect(message?.parts.at(-1)).toMatchObject({ type: "text", text: refusal });
    expect(message?.metadata).toMatchObject({ refused: true });
  });
});

describe("a response", () => {
  const build = (events: readonly ChatEvent[]) => {
    const begun = { id: "resp_1", createdAt: 1, conversationId: "c1", model: "m" };
    const builder = createResponseBuilder(toResponseFrame({ input: "Why?" }, begun), () => 2);
    const sent = [...builder.open(), ...events.flatMap((event) => builder.take(event))];
    return { response: builder.response, sent };
  };

  it("has text that was thinking as a reasoning item in its place", () => {
    const { response, sent } = build(RESET);
    expect(response.output).toMatchObject([
      { type: "reasoning", content: [{ type: "reasoning_text", text: "Let me see." }] },
      { type: "message", content: [{ text: "Because." }] },
    ]);
    const done = sent.filter(({ type }) => type === "response.output_item.done");
    expect(done).toMatchObject([
      { output_index: 0, item: { type: "message", status: "incomplete" } },
      { output_index: 1, item: { type: "message", status: "completed" } },
    ]);
  });

  it("is complete where the model refused, with a refusal part", () => {
    const refusal = "I cannot help with that.";
    const events = [
      start,
      text(refusal, true),
      cited,
      end({ refusal, finishReason: "content_filter" }),
    ];
    const { response, sent } = build(events);
    expect(response).toMatchObject({
      status: "completed",
      output: [{ type: "message", content: [{ type: "refusal", refusal }] }],
    });
    expect(sent.map(({ type }) => type)).toContain("response.refusal.done");
  });

  it("tells the provider's cached tokens, and those that were thought", () => {
    expect(build([start, text("Because."), cited, end()]).response.usage).toEqual({
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 1 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 3,
    });
  });

  it.each([
    ["length", "max_output_tokens"],
    ["content_filter", "content_filter"],
    ["stopped", "stopped"],
  ] as const)("that ended by %s is incomplete: %s", (finishReason, reason) => {
    const { response, sent } = build([start, text("Bec"), cited, end({ finishReason })]);
    expect(response).toMatchObject({ status: "incomplete", incomplete_details: { reason } });
    expect(response.output).toMatchObject([{ status: "incomplete" }]);
    expect(sent.at(-1)?.type).toBe("response.incomplete");
  });
});
