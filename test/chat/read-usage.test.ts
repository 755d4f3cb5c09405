import { ChatOpenAI } from "@langchain/openai";
import type { AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { joinChunks } from "../../src/chat/join-chunks.ts";
import { readUsage } from "../../src/chat/read-usage.ts";

const ROLELESS_USAGE = {
  prompt_tokens: 2006,
  completion_tokens: 300,
  total_tokens: 2306,
  prompt_tokens_details: { cached_tokens: 1024 },
  completion_tokens_details: { reasoning_tokens: 200 },
};

const counted = () => ({ promptTokens: 7, completionTokens: 3 });

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
    expect(readUsage(message, "gpt-6-luna", counted)).toEqual({
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
    expect(readUsage(message, "qwen3", counted)).toEqual({
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
    expect(readUsage({ usage_metadata }, "claude-haiku-4-5", counted).tokens).toEqual({
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
    expect(readUsage(message, "m", counted)).toEqual({
      tokens: { model: "m", promptTokens: 7, cachedPromptTokens: 0, completionTokens: 3 },
      estimated: true,
    });
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
