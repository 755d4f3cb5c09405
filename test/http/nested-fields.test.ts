import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { embeddingRequestSchema } from "../../src/http/schemas/embedding-schemas.ts";
import { completionRequestSchema } from "../../src/http/schemas/openai-request-schemas.ts";
import { responseRequestSchema } from "../../src/http/schemas/response-request-schemas.ts";
import { startBehindModelServer } from "../support/behind-model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
beforeAll(async () => {
  behind = await startBehindModelServer();
});
afterAll(() => behind.close());
beforeEach(() => {
  behind.model.seen.length = 0;
});

const PATHS = {
  completions: "/v1/chat/completions",
  responses: "/v1/responses",
  embeddings: "/v1/embeddings",
  "ui/chat": "/v1/ui/chat",
};
const ask = { role: "user", content: "When are refunds paid?" };
const image = {
  type: "image_url",
  image_url: { url: "data:image/png;base64,AAAA", detail: "low" },
};
const called = { name: "find", arguments: "{}" };
const call = (more: object, inside: object = {}) => ({
  role: "assistant",
  tool_calls: [{ id: "c1", type: "function", function: { ...called, ...inside }, ...more }],
});
const result = (more: object = {}) => ({
  role: "tool",
  tool_call_id: "c1",
  content: "42",
  ...more,
});
const tool = (more: object, inside: object = {}) => ({
  type: "function",
  function: { name: "find", parameters: { type: "object" }, ...inside },
  ...more,
});
const schema = (more: object, inside: object = {}) => ({
  response_format: {
    type: "json_schema",
    json_schema: { name: "a", schema: {}, ...inside },
    ...more,
  },
});
const text = (more: object) => [{ type: "text", text: "When?", ...more }];
const mark = { cache_control: { type: "ephemeral" } };
const completion = (messages: readonly object[]) => ({ messages });
const input = (...items: readonly object[]) => ({ input: [...items, ask] });
const said = (part: object) => ({ input: [{ role: "user", content: [part] }] });
const uiMessage = (more: object, part: object = {}) => ({
  messages: [{ role: "user", parts: [{ type: "text", text: "When?", ...part }], ...more }],
});

type Case = readonly [param: string, path: keyof typeof PATHS, body: object];
const REFUSED: readonly Case[] = [
  ["messages[0].weight", "completions", completion([{ ...ask, weight: 0 }])],
  ["messages[1].weight", "completions", completion([ask, { role: "assistant", weight: 1 }, ask])],
  ["messages[0].cache_control", "completions", completion([{ ...ask, ...mark }])],
  [
    "messages[0].cache_control",
    "completions",
    completion([{ role: "system", content: "a", ...mark }, ask]),
  ],
  [
    "messages[0].content[0].cache_control",
    "completions",
    completion([{ role: "user", content: text(mark) }]),
  ],
  [
    "messages[0].content[0].cache_control",
    "completions",
    completion([{ role: "system", content: text(mark) }, ask]),
  ],
  [
    "messages[0].content[0].cache_control",
    "completions",
    completion([{ role: "user", content: [{ ...image, ...mark }] }]),
  ],
  [
    "messages[1].prefix",
    "completions",
    completion([ask, { role: "assistant", content: "a", prefix: true }]),
  ],
  ["messages[0].name", "completions", completion([{ ...ask, name: "a b" }])],
  [
    "messages[1].tool_calls[0].extra_content",
    "completions",
    completion([ask, call({ extra_content: {} }), result()]),
  ],
  [
    "messages[1].tool_calls[0].function.strict",
    "completions",
    completion([ask, call({}, { strict: true }), result()]),
  ],
  ["messages[2].is_error", "completions", completion([ask, call({}), result({ is_error: true })])],
  [
    "messages[0].role",
    "completions",
    completion([{ role: "function", name: "find", content: "a" }, ask]),
  ],
  [
    "messages[1].function_call",
    "completions",
    completion([ask, { role: "assistant", function_call: called }, ask]),
  ],
  [
    "stream_options.chunk_size",
    "completions",
    { ...completion([ask]), stream: true, stream_options: { chunk_size: 9 } },
  ],
  [
    "response_format.schema",
    "completions",
    { ...completion([ask]), response_format: { type: "text", schema: {} } },
  ],
  ["metadata.a", "completions", { ...completion([ask]), metadata: { a: { b: 1 } } }],
  ["metadata.a", "completions", { ...completion([ask]), metadata: { a: "b".repeat(513) } }],
  ["moderation", "completions", { ...completion([ask]), moderation: { model: "a" } }],
  ["prompt_cache_options", "completions", { ...completion([ask]), prompt_cache_options: {} }],
  ["functions", "completions", { ...completion([ask]), functions: [{ name: "find" }] }],
  ["function_call", "completions", { ...completion([ask]), function_call: "auto" }],
  ["cache.for", "completions", { ...completion([ask]), cache: { for: 1 } }],
  ["input_type", "embeddings", { input: "a", input_type: "query" }],
  ["truncate", "embeddings", { input: "a", truncate: true }],
  ["input[0].phase", "responses", input({ role: "assistant", content: "a", phase: "commentary" })],
  ["input[0].weight", "responses", input({ type: "message", ...ask, weight: 1 })],
  [
    "input[0].content[0].prompt_cache_breakpoint",
    "responses",
    said({ type: "input_text", text: "a", prompt_cache_breakpoint: {} }),
  ],
  [
    "input[0].content[0].file_url",
    "responses",
    said({ type: "input_file", file_data: "data:,a", file_url: "https://a.example" }),
  ],
  [
    "input[0].namespace",
    "responses",
    input({ type: "function_call", call_id: "c", namespace: "a", ...called }),
  ],
  ["conversation.name", "responses", { input: "a", conversation: { id: "c", name: "b" } }],
  ["reasoning.mode", "responses", { input: "a", reasoning: { mode: "pro" } }],
  [
    "reasoning.generate_summary",
    "responses",
    { input: "a", reasoning: { generate_summary: "concise" } },
  ],
  ["text.style", "responses", { input: "a", text: { style: "b" } }],
  [
    "text.format.schema",
    "responses",
    { input: "a", text: { format: { type: "text", schema: {} } } },
  ],
  ["include[0]", "responses", { input: "a", include: ["message.output_text.logprobs"] }],
  ["truncation", "responses", { input: "a", truncation: "middle" }],
  [
    "metadata",
    "responses",
    {
      input: "a",
      metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, ""])),
    },
  ],
  [
    "messages[0].experimental_attachments",
    "ui/chat",
    uiMessage({ experimental_attachments: [{}] }),
  ],
  ["messages[0].parts[0].cacheControl", "ui/chat", uiMessage({}, { cacheControl: {} })],
  [
    "messages[0].parts[0].providerReference",
    "ui/chat",
    uiMessage(
      {},
      {
        text: undefined,
        type: "file",
        url: "data:image/png;base64,AA",
        mediaType: "image/png",
        providerReference: {},
      },
    ),
  ],
];

describe("a field inside a request that nobody honours", () => {
  it.each(REFUSED)("is refused by its path: %s of %s", async (param, path, body) => {
    const { status, json } = await behind.server.call("POST", PATHS[path], body);
    expect([status, json.error?.param, json.error?.code]).toEqual([400, param, "invalid_request"]);
    expect(behind.model.seen).toEqual([]);
  });
});

const PASSED: readonly (readonly [what: string, fields: object])[] = [
  ["tools[].cache_control", { tools: [tool(mark)] }],
  ["tools[].function.*", { tools: [tool({}, { strict: true, defer_loading: true })] }],
  [
    "tool_choice",
    {
      tools: [tool({})],
      tool_choice: { type: "function", function: { name: "find", a: 1 }, b: 2 },
    },
  ],
  ["tool_choice none", { tools: [tool({})], tool_choice: "none" }],
  ["parallel_tool_calls", { tools: [tool({})], parallel_tool_calls: false }],
  [
    "response_format.schema",
    { response_format: { type: "json_object", schema: { type: "object" } } },
  ],
  ["response_format.*", schema({ strict: true })],
  ["response_format.json_schema.*", schema({}, { strict: true, description: "a", other: [1] })],
  ["prediction.*", { prediction: { type: "content", content: "a", other: 1 } }],
  ["metadata", { metadata: { team: "a" } }],
];

describe("a field inside a request that is passed on", () => {
  it.each(PASSED)("reaches the model unchanged: %s", async (_what, fields) => {
    const body = { ...completion([ask]), ...fields, cache: { mode: "refresh" } };
    const { status, text: reply } = await behind.server.call("POST", PATHS.completions, body);
    expect(status, reply).toBe(200);
    expect(behind.model.seen.at(-1)).toMatchObject(fields);
  });

  it("reaches the model: names of participants and of tools", async () => {
    const messages = [
      { role: "system", content: "Where is it?", name: "example_user" },
      { ...ask, name: "anna" },
      call({ index: 0 }),
      result({ name: "find" }),
    ];
    await behind.server.call("POST", PATHS.completions, { messages });
    const [system, ...others] = behind.model.seen.at(-1)?.["messages"] ?? [];
    expect(system.content).toContain("example_user: Where is it?");
    expect(others).toMatchObject([{ name: "anna" }, {}, { role: "tool", name: "find" }]);
  });

  it("is nothing where it is null, or only repeats an answer of before", async () => {
    const nothing = {
      refusal: null,
      audio: null,
      function_call: null,
      tool_calls: null,
      name: null,
    };
    const thoughts = { annotations: [], reasoning_content: "Hm", weight: null };
    const answer = { role: "assistant", content: "In May.", ...nothing, ...thoughts };
    const messages = [ask, answer, { ...ask, content: "Why?", name: null }];
    const { status, text: reply } = await behind.server.call("POST", PATHS.completions, {
      messages,
    });
    expect(status, reply).toBe(200);
    expect(JSON.stringify(behind.model.seen)).not.toContain("Hm");
  });
});

describe("every field of the openai package", () => {
  const cases = [
    ["chat/completions/completions", "ChatCompletionCreateParamsBase", completionRequestSchema],
    ["responses/responses", "ResponseCreateParamsBase", responseRequestSchema],
    ["embeddings", "EmbeddingCreateParams", embeddingRequestSchema],
  ] as const;
  it.each(cases)("is known by name: %s", async (file, type, { shape }) => {
    const path = `../../node_modules/openai/resources/${file}.d.ts`;
    const source = await readFile(new URL(path, import.meta.url), "utf8");
    const [, body = ""] = new RegExp(`interface ${type} \\{\\n(.*?)\\n\\}`, "s").exec(source) ?? [];
    const names = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(4);
    expect(Object.keys(shape)).toEqual(expect.arrayContaining(names));
  });
});
