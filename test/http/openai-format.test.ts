import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
  const text = "To reset your password open Settings and press Reset password.";
  await server.call("POST", "/v1/documents", { title: "Help", text });
});
afterAll(() => server.close());

const user = { role: "user", content: "How do I reset my password?" };
const ask = (more: object, headers: Record<string, string> = {}) =>
  server.call("POST", "/v1/chat/completions", { messages: [user], ...more }, headers);
const tools = [{ type: "function", function: { name: "look_up" } }];
const called = { id: "c", type: "function", function: { name: "look_up", arguments: "{}" } };

describe("fields that Reprise has nothing for", () => {
  it.each([
    ["functions", { functions: [{ name: "a" }] }],
    ["function_call", { function_call: { name: "a" } }],
    ["audio", { audio: { voice: "a", format: "mp3" } }],
    ["modalities", { modalities: ["text", "audio"] }],
    ["stream_options.include_obfuscation", { stream_options: { include_obfuscation: true } }],
    ["tools[0].type", { tools: [{ type: "custom", custom: { name: "a" } }] }],
    ["response_format.type", { response_format: { type: "grammar" } }],
    ["tool_choice", { tool_choice: "required" }],
    ["tool_choice", { tools, tool_choice: "always" }],
    ["messages[1].audio", { messages: [user, { role: "assistant", audio: { id: "a" } }, user] }],
    ["messages[0].role", { messages: [{ role: "function", name: "a", content: "b" }, user] }],
  ])("are refused by name: %s %j", async (param, more) => {
    const { status, json } = await ask(more);
    expect([status, json.error.code, json.error.param]).toEqual([400, "invalid_request", param]);
  });

  it("of other servers are not used, and the reply names them", async () => {
    const { json } = await ask({ top_k: 5, chat_id: "a" });
    expect(json.x_reprise.ignored_fields).toEqual(["top_k", "chat_id"]);
  });
});

describe("the offline model", () => {
  it.each([
    ["tool_choice", { tools, tool_choice: "required" }],
    ["tool_choice", { tools, tool_choice: { type: "function", function: { name: "look_up" } } }],
    ["response_format", { response_format: { type: "json_object" } }],
    ["response_format", { response_format: { type: "json_schema", json_schema: { name: "a" } } }],
    ["stop", { stop: "\n" }],
    ["stop", { stop: ["a", "b"], stream: true }],
    ["n", { n: 2 }],
    ["logprobs", { logprobs: true }],
    ["presence_penalty", { presence_penalty: 0.5 }],
    ["logit_bias", { logit_bias: { "50256": -100 } }],
    ["reasoning_effort", { reasoning_effort: "low" }],
    ["messages[1]", { messages: [user, { role: "assistant", content: "Open" }] }],
    [
      "messages[1].tool_calls",
      {
        messages: [
          user,
          { role: "assistant", tool_calls: [called] },
          { role: "tool", tool_call_id: "c", content: "x" },
        ],
      },
    ],
    [
      "messages[0].content",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "a:b" } }] }] },
    ],
  ])("refuses what it cannot do: %s %j", async (param, more) => {
    const { status, json } = await ask(more);
    expect([status, json.error.code, json.error.param]).toEqual([400, "invalid_request", param]);
    expect(json.error.message).toContain("is not supported by the configured model");
  });

  it.each([
    ["HIT", { response_format: { type: "text" }, stop: null, logprobs: false, n: 1 }],
    ["HIT", { stop: [], tool_choice: "none", presence_penalty: 0, logit_bias: {} }],
    ["HIT", { metadata: { team: "a" }, store: false, user: "b", modalities: ["text"] }],
    ["HIT", { messages: [user, { role: "assistant", content: "" }] }],
    ["HIT", { messages: [{ role: "user", content: [{ type: "text", text: user.content }] }] }],
    ["BYPASS", { seed: 5 }],
  ])("answers, %s, what it can: %j", async (served, more) => {
    await ask({});
    const { status, headers } = await ask(more);
    expect([status, headers.get("x-cache")]).toEqual([200, served]);
  });

  it("answers after a message with an image, of which it is told nothing", async () => {
    const image = { type: "image_url", image_url: { url: "a:b" } };
    const earlier = [
      { role: "user", content: [{ type: "text", text: "What is this?" }, image] },
      { role: "assistant", content: "A card." },
    ];
    expect((await ask({ messages: [...earlier, user] })).status).toBe(200);
  });

  it("answers without the tools on offer, and serves the answer again", async () => {
    expect((await ask({ tools })).headers.get("x-cache")).toBe("MISS");
    expect((await ask({ tools, tool_choice: "auto" })).headers.get("x-cache")).toBe("HIT");
  });
});
