import { ChatOpenAI } from "@langchain/openai";
import type { AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { joinChunks } from "../../src/chat/join-chunks.ts";
import { readUsage, type OwnMeasure } from "../../src/chat/read-usage.ts";

const ROLELESS_USAGE = {
  prompt_tokens: 2006,
  completion_tokens: 300,
  total_tokens: 2306,
  prompt_tokens_details: { cached_tokens: 1024 },
  completion_tokens_details: { reasoning_tokens: 200 },
};

/** Texts of these sizes, in which every four bytes are a token. */
const texts = (prompt: number, answer: number, thinking = 0, hasMedia = false): OwnMeasure => ({
  promptBytes: prompt,
  completionBytes: answer + thinking,
  answerBytes: answer,
  hasMedia,
  countPrompt: () => prompt / 4,
  countAnswer: () => answer / 4,
  countCompletion: () => (answer + thinking) / 4,
});
const own = texts(28, 12);

describe("the usage of a model call", () => {
  it("is what the provider reports, its cache included", async () => {
    const usage = {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1024, cache_write_tokens: 896 },
    };
    const message = await streamFromOpenAi([
      { choices: [{ index: 0, delta: { role: "assistant", content: "Yes" } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      { choices: [], usage },
    ]);
    expect(readUsage(message, "gpt-6-luna", own)).toEqual({
      tokens: {
        model: "gpt-6-luna",
        promptTokens: 2006,
        cachedPromptTokens: 1024,
        cacheWriteTokens: 896,
        completionTokens: 300,
      },
      estimated: false,
    });
  });

  it.each([
    ["by itself", {}],
    ["with the last words too", { usage: ROLELESS_USAGE }],
  ])("is what a server reports that names no role in its stream, %s", async (_, last) => {
    const message = await streamFromOpenAi([
      { choices: [{ index: 0, delta: { content: "Yes, " } }] },
      { choices: [{ index: 0, delta: { content: "it is." }, finish_reason: "stop" }], ...last },
      { choices: [], usage: ROLELESS_USAGE },
    ]);
    expect(message?.text).toBe("Yes, it is.");
    expect(readUsage(message, "qwen3", own)).toEqual({
      tokens: {
        model: "qwen3",
        promptTokens: 2006,
        cachedPromptTokens: 1024,
        completionTokens: 300,
        reasoningTokens: 200,
      },
      estimated: false,
    });
  });

  it("reads what LangChain calls cache creation", () => {
    const details = { cache_read: 10, cache_creation: 20 };
    const usage_metadata = { input_tokens: 50, output_tokens: 5, input_token_details: details };
    expect(readUsage({ usage_metadata }, "claude-haiku-4-5", own).tokens).toEqual({
      model: "claude-haiku-4-5",
      promptTokens: 50,
      cachedPromptTokens: 10,
      cacheWriteTokens: 20,
      completionTokens: 5,
    });
  });

  it.each([
    ["no message", undefined],
    ["a message without usage", {}],
    ["a usage that makes no sense", { usage_metadata: { input_tokens: -1, output_tokens: 2 } }],
    [
      "a usage that no database takes",
      { usage_metadata: { input_tokens: 9_007_199_254_740_990, output_tokens: 2 } },
    ],
  ])("is counted here, and marked so, for %s", (_, message) => {
    expect(readUsage(message, "m", own)).toEqual({
      tokens: { model: "m", promptTokens: 7, cachedPromptTokens: 0, completionTokens: 3 },
      estimated: true,
    });
  });
});

describe("a usage that does not fit the texts", () => {
  const reported = (prompt: number, completion: number, reasoning = 0) => ({
    usage_metadata: {
      input_tokens: prompt,
      output_tokens: completion,
      total_tokens: prompt + completion,
      output_token_details: { reasoning },
    },
  });

  it.each([
    ["one token for a long prompt", reported(1, 50), texts(8_000, 400)],
    ["one token for a long answer", reported(2_000, 1), texts(8_000, 4_000)],
    ["a million for ten words", reported(1_000_000, 10), texts(60, 40)],
    ["a million for an answer of ten words", reported(20, 1_000_000), texts(60, 40)],
    ["thinking that no model does", reported(20, 1_000_000, 999_990), texts(60, 40)],
  ])("is replaced by our own count: %s", (_name, message, measured) => {
    const usage = readUsage(message, "m", measured);
    expect(usage.estimated).toBe(true);
    expect(usage.tokens).toMatchObject({
      promptTokens: measured.countPrompt(),
      completionTokens: measured.countAnswer(),
    });
  });

  it.each([
    ["a tokenizer with fewer tokens", reported(1_400, 70), texts(8_000, 400)],
    ["a token for each byte", reported(8_000, 400), texts(8_000, 400)],
    ["instructions of the chat template and tools", reported(9_000, 400), texts(2_000, 400)],
    ["an image", reported(48_000, 20), texts(60, 80, 0, true)],
    ["thinking that is not shown", reported(20, 20_000, 19_980), texts(60, 80)],
    ["thinking that is neither shown nor reported", reported(20, 20_000), texts(60, 80)],
    ["thinking that is counted apart", reported(20, 20), texts(60, 80, 40_000)],
    ["an answer of a word", reported(3, 1), texts(40, 8)],
  ])("is not one that has a reason: %s", (_name, message, measured) => {
    expect(readUsage(message, "m", measured).estimated).toBe(false);
  });

  it("is found without counting tokens where the bytes decide", () => {
    const never = () => {
      throw new Error("counted");
    };
    const measured = { ...texts(8_000, 400), countPrompt: never, countAnswer: never };
    expect(readUsage(reported(2_000, 100), "m", measured).estimated).toBe(false);
  });
});

/** The whole message that LangChain's client makes of these server-sent chunks. */
async function streamFromOpenAi(chunks: readonly object[]) {
  const body = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"]
    .map((data) => `data: ${data}\n\n`)
    .join("");
  const model = new ChatOpenAI({
    model: "gpt-6-luna",
    apiKey: "none",
    streamUsage: true,
    maxRetries: 0,
    useResponsesApi: false,
    configuration: {
      fetch: async () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
    },
  });
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await model.stream("Is it?")) {
    whole = joinChunks(whole, chunk);
  }
  return whole;
}
