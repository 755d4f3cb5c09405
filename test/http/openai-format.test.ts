import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
  const text = "To reset your password open Settings and press Reset password.";
  await server.call("POST", "/v1/documents", { title: "Help", text });
});
afterAll(() => server.close());

describe("what OpenAI's format has and Reprise has not", () => {
  const ask = (more: object) =>
    server.call("POST", "/v1/chat/completions", {
      messages: [{ role: "user", content: "How do I reset my password?" }],
      ...more,
    });
  const tools = [{ type: "function", function: { name: "look_up" } }];

  it.each([
    ["response_format", { response_format: { type: "json_object" } }],
    ["response_format", { response_format: { type: "json_schema", json_schema: { name: "a" } } }],
    ["stop", { stop: "\n" }],
    ["stop", { stop: ["a", "b"], stream: true }],
    ["logprobs", { logprobs: true }],
    ["tool_choice", { tools, tool_choice: "required" }],
    ["tool_choice", { tools, tool_choice: { type: "function", function: { name: "look_up" } } }],
    ["function_call", { functions: [{ name: "a" }], function_call: { name: "a" } }],
  ])("is refused where it would be ignored: %s %j", async (param, more) => {
    const { status, json } = await ask(more);
    expect([status, json.error.code, json.error.param]).toEqual([400, "invalid_request", param]);
    expect(json.error.message).toContain("is not supported by Reprise");
  });

  it.each([
    ["BYPASS", { tools, tool_choice: "auto" }],
    ["BYPASS", { n: 2 }],
    ["HIT", { response_format: { type: "text" }, stop: null, logprobs: false, n: 1 }],
    ["HIT", { stop: [], tool_choice: "none" }],
  ])("is answered, with the cache or without: %s %j", async (served, more) => {
    await ask({});
    const { status, headers } = await ask(more);
    expect([status, headers.get("x-cache")]).toEqual([200, served]);
  });
});
