import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { RefundDesk } from "../support/refund-desk.ts";

const desk = new RefundDesk();

const client = () =>
  new OpenAI({ apiKey: "none", baseURL: `${desk.server.url}/v1`, maxRetries: 0 });
const create = (body: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "model">) =>
  client().responses.create({ model: "gpt-4o-mini", ...body });
const post = (body: object) => desk.server.call("POST", "/v1/responses", body);

describe("a request for a response", () => {
  const input = "When are refunds paid?";

  it.each([
    ["background", { background: true }],
    ["tools[0].type", { tools: [{ type: "web_search" }] }],
    ["tools[0].name", { tools: [{ type: "function" }] }],
    ["tool_choice", { tool_choice: "required" }],
    ["tool_choice.type", { tool_choice: { type: "file_search" } }],
    ["truncation", { truncation: "middle" }],
    ["prompt", { prompt: { id: "pmpt_1" } }],
    ["top_logprobs", { top_logprobs: 2 }],
    ["include[1]", { include: ["reasoning.encrypted_content", "message.output_text.logprobs"] }],
    ["include[0]", { include: [7] }],
    ["text.format.type", { text: { format: { type: "grammar" } } }],
    ["reasoning.summary", { reasoning: { summary: "detailed" } }],
    ["stream_options.include_obfuscation", { stream_options: { include_obfuscation: true } }],
    ["max_tool_calls", { max_tool_calls: 1 }],
    ["moderation", { moderation: {} }],
    ["nonsense", { nonsense: 1 }],
    ["previous_response_id", { previous_response_id: "resp_\0" }],
    ["input[0].id", { input: [{ type: "item_reference", id: "msg_\ud800" }] }],
    ["temperature", { temperature: 3 }],
    ["metadata", { metadata: Object.fromEntries(Array.from({ length: 17 }, (_v, i) => [i, "x"])) }],
    ["conversation", { conversation: "a b" }],
    ["input", { input: "" }],
    ["input", { input: "\0" }],
    ["input", { input: [] }],
    ["input", { input: [{ role: "assistant", content: "Hello." }] }],
    ["input[0].role", { input: [{ role: "tool", content: "Hello." }] }],
    ["input[0].role", { input: [{ content: "Hello." }] }],
    ["input[0].type", { input: [{ type: "computer_call_output", output: {} }] }],
    ["input[0].content[0]", { input: [{ role: "user", content: [{ type: "input_video" }] }] }],
    [
      "input[0].content[0]",
      { input: [{ role: "user", content: [{ type: "input_image", file_id: "file_1" }] }] },
    ],
    [
      "input[1].call_id",
      {
        input: [
          { role: "user", content: "x" },
          { type: "function_call_output", call_id: "c", output: "1" },
        ],
      },
    ],
    [
      "input",
      {
        input: [
          { role: "user", content: "x" },
          { type: "function_call", call_id: "c", name: "a", arguments: "{}" },
        ],
      },
    ],
    [
      "input[1].content",
      {
        input: [
          { role: "system", content: "x" },
          { role: "user", content: " " },
        ],
      },
    ],
    ["documents[0]", { documents: ["gone"] }],
    ["cache.threshold", { cache: { threshold: 0.1 } }],
  ])("is refused by the name of what cannot be honoured: %s %j", async (param, more) => {
    const { status, json } = await post({ input, ...more });
    expect([status, json.error.code, json.error.param]).toEqual([400, "invalid_request", param]);
  });

  it("is refused where its text is too long", async () => {
    const { status, json } = await post({ input: "a".repeat(200_001) });
    expect([status, json.error.param]).toEqual([400, "input"]);
  });

  it("may say what is so anyway", async () => {
    const { status, text } = await post({
      input,
      background: false,
      truncation: "auto",
      tools: [],
      tool_choice: "auto",
      parallel_tool_calls: true,
      service_tier: "default",
      include: [],
      text: { format: { type: "text" } },
      reasoning: null,
      top_logprobs: 0,
      stream_options: null,
      cache: null,
      documents: null,
    });
    expect([status, text]).toEqual([200, expect.stringContaining("Within 30 days.")]);
  });

  it("may ask for what is never there, as agents do", async () => {
    const { status, json } = await post({
      input,
      store: false,
      include: ["reasoning.encrypted_content", "file_search_call.results"],
      truncation: "disabled",
      reasoning: { summary: "auto" },
    });
    expect([status, json.truncation]).toEqual([200, "disabled"]);
    expect(JSON.stringify(json)).not.toContain("encrypted_content");
  });

  it("is 404 for another model", async () => {
    const { status, json } = await post({ model: "gpt-0", input });
    expect([status, json.error.code, json.error.param]).toEqual([404, "model_not_found", "model"]);
  });

  it("uses the cache as its body or its header says, and the documents that it names", async () => {
    await create({ input });
    const status = async (body: object, headers = {}) =>
      (await desk.server.call("POST", "/v1/responses", { input, ...body }, headers)).headers.get(
        "x-cache",
      );
    expect(await status({})).toBe("HIT");
    expect(await status({ cache: { mode: "bypass" } })).toBe("BYPASS");
    expect(await status({}, { "cache-control": "no-cache" })).toBe("REFRESH");
    expect(await status({ temperature: 0.3 })).toBe("MISS");
    expect(await status({ documents: ["help"] })).toBe("MISS");
    const missing = await post({ input: "What is not there?", cache: { mode: "only" } });
    expect([missing.status, missing.json.error.code]).toEqual([404, "not_cached"]);
  });
});
