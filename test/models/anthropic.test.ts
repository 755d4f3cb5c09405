import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { createChatModel } from "../../src/models/chat-model.ts";
import { startAnthropicStub } from "../support/anthropic-stub.ts";
import { runMain } from "../support/run-main.ts";
import { hasPart, isInstalled } from "../support/optional-part.ts";
import { startService } from "../support/start-service.ts";

const PACKAGE = "@langchain/anthropic";
const MODEL = "anthropic:claude-sonnet-4-5";
const WORDS = ["Refunds are paid ", "within 30 days. ", "[1]"];

const hasPackage = hasPart(
  isInstalled(PACKAGE),
  `package ${PACKAGE}`,
  `npm install --no-save ${PACKAGE}`,
);

const create = (model: string) =>
  createChatModel({ model, timeoutMs: 1_000 }, createTokenCounter(model));

describe("another provider", () => {
  it("whose package is not there is asked for by its name", async () => {
    await expect(create("xai:grok-4")).rejects.toThrow(
      /CHAT_MODEL: the provider xai cannot be used: .*npm install @langchain\/xai .*openai:xai:grok-4/,
    );
  });
});

describe.skipIf(!hasPackage)("Claude through LangChain", () => {
  let stub: Awaited<ReturnType<typeof startAnthropicStub>>;
  let server: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    stub = await startAnthropicStub();
    vi.stubEnv("ANTHROPIC_API_KEY", "secret-key");
    vi.stubEnv("ANTHROPIC_BASE_URL", stub.url);
    server = await startService({ CHAT_MODEL: MODEL });
    const text = "Refunds are paid within 30 days of purchase to the card that was used.";
    await server.call("POST", "/v1/documents", { id: "refunds", title: "Refunds", text });
  });
  afterAll(async () => {
    await server.close();
    await stub.close();
    vi.unstubAllEnvs();
  });
  const ask = (message: string, more: object = {}) =>
    server.call("POST", "/v1/chat", { message, ...more });

  it("is called with its key, the passages and the question, and its tokens are priced", async () => {
    stub.say({ words: WORDS });
    const { json } = await ask("When are refunds paid?");
    expect(stub.seen.at(-1)).toMatchObject({
      path: "/v1/messages",
      key: "secret-key",
      model: "claude-sonnet-4-5",
      stream: true,
      messages: [{ role: "user", content: "When are refunds paid?" }],
    });
    expect(JSON.stringify(stub.seen.at(-1)?.["system"])).toContain("within 30 days of purchase");
    expect(json).toMatchObject({
      answer: WORDS.join(""),
      finish_reason: "stop",
      citations: [{ document_id: "refunds" }],
      usage: {
        model: "claude-sonnet-4-5",
        prompt_tokens: 1000,
        completion_tokens: 50,
        cached_prompt_tokens: 200,
        estimated: false,
      },
      // Of a million: 700 at 3.00, 200 read at 0.30, 100 written at 3.75, and 50 at 15.00.
      cost: { total: "0.003285000", priced: true },
    });
    const again = await ask("When are refunds paid?");
    expect(again.json).toMatchObject({
      cache: { tier: "exact" },
      cost: { total: "0.000000000", saved: "0.003285000" },
    });
  });

  it.each([
    ["max_tokens", "length"],
    ["refusal", "content_filter"],
    ["pause_turn", "unknown"],
  ])("that ends with %s is %s, and not stored", async (stopReason, finishReason) => {
    const message = `When are refunds paid after ${stopReason}?`;
    stub.say({ words: WORDS, stopReason });
    expect((await ask(message)).json.finish_reason).toBe(finishReason);
    stub.say({ words: WORDS });
    expect((await ask(message)).json).toMatchObject({
      cache: { status: "miss" },
      finish_reason: "stop",
    });
  });

  it("is called by the built service too, whose copy of LangChain's core is another", async () => {
    stub.say({ words: WORDS });
    const main = await runMain({
      CHAT_MODEL: MODEL,
      ANTHROPIC_API_KEY: "secret-key",
      ANTHROPIC_BASE_URL: stub.url,
    });
    try {
      const response = await fetch(`${main.url}/v1/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ message: "When are refunds paid?" }),
      });
      expect(await response.json()).toMatchObject({
        answer: WORDS.join(""),
        usage: { prompt_tokens: 1000, completion_tokens: 50, cached_prompt_tokens: 200 },
      });
    } finally {
      main.child.kill("SIGKILL");
    }
  }, 60_000);

  it("that refuses the key is 502, without its words", async () => {
    stub.say({ words: [], status: 401 });
    const { status, text, json } = await ask("When is the key refused?");
    expect([status, json.error.code]).toEqual([502, "model_unauthorized"]);
    expect(json.error.message).toContain("401");
    expect(text).not.toContain("secret-key");
  });

  it("is given up when its answer is stopped", async () => {
    stub.say({ words: WORDS, hold: stub.left });
    const response = await fetch(`${server.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: "When is it stopped?", stream: true }),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    while (!seen.includes("answer-delta")) seen += (await reader?.read())?.value ?? "";
    const id = /"id":"(msg_[\w-]+)"/.exec(seen)?.[1] ?? "";
    expect((await server.call("POST", `/v1/messages/${id}/stop`)).json.stopped).toBe(true);
    await stub.left;
    const rest = await server.call("GET", `/v1/messages/${id}/stream`);
    expect(rest.text).toContain('"finish_reason":"stopped"');
    expect(rest.text).toContain('"answer":"Refunds are paid "');
  });

  it("without a key does not start", async () => {
    vi.stubEnv("ANTHROPIC_API_KEY", undefined);
    await expect(create(MODEL)).rejects.toThrow(/CHAT_MODEL: the provider anthropic .*key/i);
    vi.stubEnv("ANTHROPIC_API_KEY", "secret-key");
  });

  describe("asked in OpenAI's format", () => {
    const tools = [
      {
        type: "function",
        function: { name: "look_up", parameters: { type: "object", properties: {} } },
      },
    ];
    const asked = (more: object) =>
      server.call("POST", "/v1/chat/completions", {
        messages: [{ role: "user", content: "What of order 7?" }],
        ...more,
      });

    it.each([
      [undefined, undefined],
      ["required", { type: "any" }],
      [
        { type: "function", function: { name: "look_up" } },
        { type: "tool", name: "look_up" },
      ],
    ])("calls a tool: %j", async (choice, expected) => {
      const call = { id: "toolu_1", name: "look_up", input: ['{"q":', '"a"}'] as const };
      stub.say({ words: ["One moment."], call, stopReason: "tool_use" });
      const { json } = await asked({ tools, tool_choice: choice });
      expect(json.choices[0]).toMatchObject({
        message: {
          content: "One moment.",
          tool_calls: [{ id: "toolu_1", function: { name: "look_up", arguments: '{"q":"a"}' } }],
        },
        finish_reason: "tool_calls",
      });
      expect(stub.seen.at(-1)?.["tool_choice"]).toEqual(expected);
      expect(stub.seen.at(-1)?.["tools"]).toMatchObject([{ name: "look_up" }]);
    });

    it("is shown the result of a tool", async () => {
      stub.say({ words: WORDS });
      const messages = [
        { role: "user", content: "What of order 7?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "toolu_1", type: "function", function: { name: "look_up", arguments: "{}" } },
          ],
        },
        { role: "tool", tool_call_id: "toolu_1", content: "It is on its way." },
      ];
      const { status } = await asked({ messages, tools });
      expect(status).toBe(200);
      expect(JSON.stringify(stub.seen.at(-1)?.["messages"])).toContain("It is on its way.");
    });

    it("is refused what LangChain cannot hand to it", async () => {
      const { status, json } = await asked({ seed: 5 });
      expect([status, json.error.param]).toEqual([400, "seed"]);
    });
  });
});
