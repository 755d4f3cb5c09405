import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { delta, finish, say, USAGE, whole } from "../support/model-server.ts";
import { startBehindModelServer } from "../support/behind-model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
let model: (typeof behind)["model"];
let server: (typeof behind)["server"];
let questions = 0;
beforeAll(async () => {
  behind = await startBehindModelServer({
    CHAT_MODEL: "any",
    CACHE_THRESHOLD: "0.8",
  });
  ({ model, server } = behind);
});
afterAll(() => behind.close());
beforeEach(() => {
  model.behave({});
  model.seen.length = 0;
});

/** Another question each time. */
const next = () => `When are refunds paid for order number ${(questions += 1)}?`;
const go = (messages: readonly object[], more: object = {}) =>
  server.call("POST", "/v1/chat/completions", { messages, ...more });
const ask = (content: string, more: object = {}) => go([{ role: "user", content }], more);
const chunksOf = (text: string) =>
  [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));

describe("fields that no cached answer can honour", () => {
  const json = { type: "json_object" };
  it.each([
    { stop: ["\n", "END"] },
    { stop: "END" },
    { seed: 7 },
    { presence_penalty: 0.5 },
    { frequency_penalty: -1 },
    { logit_bias: { "50256": -100 } },
    { reasoning_effort: "low" },
    { verbosity: "low" },
    { service_tier: "flex" },
    { response_format: json },
    { top_logprobs: 3, logprobs: true },
    { prediction: { type: "content", content: "a" } },
    { web_search_options: {} },
  ])("reach the model as they are, past the cache: %j", async (fields) => {
    const question = next();
    await ask(question);
    const { status, headers, json: reply } = await ask(question, fields);
    expect([status, headers.get("x-cache")]).toEqual([200, "BYPASS"]);
    expect(reply.x_reprise.cache.reasons).toEqual(["passed-through"]);
    expect(model.seen.at(-1)).toMatchObject(fields);
    expect(model.seen.at(-1)?.["messages"][0].content).toContain("Refunds are paid within");
    // Nothing of it is stored, and the answer of before is still there.
    expect((await ask(question)).headers.get("x-cache")).toBe("HIT");
  });

  it("that change no answer go along with a call, and hits stay hits", async () => {
    const fields = { metadata: { team: "a" }, store: true, prompt_cache_key: "k" };
    const question = next();
    expect((await ask(question, fields)).headers.get("x-cache")).toBe("MISS");
    expect(model.seen.at(-1)).toMatchObject(fields);
    expect((await ask(question)).headers.get("x-cache")).toBe("HIT");
  });

  it("cost what they cost: several answers hold the budget of all of them", async () => {
    const { json: reply } = await ask(next(), { n: 2, max_tokens: 5 });
    expect(reply.usage).toMatchObject({ prompt_tokens: 900, completion_tokens: 12 });
  });
});

describe("several answers and log probabilities", () => {
  const of = (index: number, fields: object, word: string | null = null, more: object = {}) => ({
    index,
    delta: fields,
    finish_reason: word,
    ...more,
  });
  const sure = { content: [{ token: "One", logprob: -0.1 }], refusal: null };
  const chunks = [
    { choices: [of(0, { role: "assistant", content: "One" }, null, { logprobs: sure })] },
    { choices: [of(1, { content: "Two" }), of(0, { content: "!" })] },
    { choices: [of(1, {}, "stop")] },
    { choices: [of(0, {}, "length")] },
    USAGE,
  ];

  it("come whole", async () => {
    model.behave({ chunks });
    const { json } = await ask(next(), { n: 2, logprobs: true });
    expect(json.choices).toMatchObject([
      { index: 0, message: { content: "One!" }, finish_reason: "length", logprobs: sure },
      { index: 1, message: { content: "Two" }, finish_reason: "stop", logprobs: null },
    ]);
  });

  it("fail where one of them is cut", async () => {
    model.behave({ chunks: chunks.filter((chunk) => !JSON.stringify(chunk).includes('"stop"')) });
    const { status, json } = await ask(next(), { n: 2 });
    expect([status, json.error.code]).toEqual([502, "model_failed"]);
  });

  it("come in chunks, each with its place", async () => {
    model.behave({ chunks });
    const { text } = await ask(next(), { n: 2, logprobs: true, stream: true });
    const seen = chunksOf(text).map(({ choices: [choice] }) => choice);
    const textOf = (index: number) =>
      seen
        .flatMap((choice) => (choice.index === index ? [choice.delta.content ?? ""] : []))
        .join("");
    expect([textOf(0), textOf(1)]).toEqual(["One!", "Two"]);
    expect(seen.find((choice) => choice.index === 1).delta.role).toBe("assistant");
    expect(seen.filter((choice) => choice.logprobs !== null)).toMatchObject([{ logprobs: sure }]);
    expect(seen.filter((choice) => choice.finish_reason !== null)).toMatchObject([
      { index: 0, finish_reason: "length" },
      { index: 1, finish_reason: "stop" },
    ]);
  });
});

describe("an answer in the form of a JSON schema", () => {
  const days = { anyOf: [{ type: "number" }, { type: "array" }] };
  const form = { type: "object", properties: { days }, required: ["days"] };
  const schema = (name: string, more: object = {}) => ({
    type: "json_schema",
    json_schema: { name, schema: { ...form, ...more } },
  });

  it("is served again to the same words and schema only", async () => {
    model.behave({ chunks: whole('{"days": [30]}') });
    const question = next();
    const first = await ask(question, { response_format: schema("a") });
    expect(first.headers.get("x-cache")).toBe("MISS");
    expect(model.seen.at(-1)?.["response_format"]).toEqual(schema("a"));
    // [30] is no citation mark: the answer was made from all that the model was shown.
    expect(first.json.x_reprise.citations).toHaveLength(1);
    const again = await ask(question, { response_format: schema("a") });
    expect(again.headers.get("x-cache")).toBe("HIT");
    expect(again.json.choices[0].message.content).toBe('{"days": [30]}');
    const reworded = question.replace("When are", "When will");
    for (const [asked, format] of [
      [reworded, schema("a")],
      [question, schema("b")],
      [question, { type: "text" }],
    ] as const) {
      expect((await ask(asked, { response_format: format })).headers.get("x-cache")).toBe("MISS");
    }
  });

  it("is not stored where its schema has a regular expression, which is not run here", async () => {
    model.behave({ chunks: whole('{"days": 30}') });
    const format = schema("a", { patternProperties: { "(a+)+$": {} } });
    const question = next();
    await ask(question, { response_format: format });
    const again = await ask(question, { response_format: format });
    expect(again.headers.get("x-cache")).toBe("MISS");
  });

  it.each([
    '{"days": [3',
    '```json\n{"days": 30}\n```',
    "After 30 days [1].",
    '{"days": "thirty"}',
    '{"weeks": 4}',
  ])("is passed on, but not stored, where it is no JSON of the schema: %s", async (text) => {
    model.behave({ chunks: whole(text) });
    const question = next();
    const { json } = await ask(question, { response_format: schema("a") });
    expect(json.choices[0].message.content).toBe(text);
    expect(json.usage.prompt_tokens).toBe(900);
    model.behave({ chunks: whole('{"days": 30}') });
    const again = await ask(question, { response_format: schema("a") });
    expect(again.headers.get("x-cache")).toBe("MISS");
    expect(again.json.choices[0].message.content).toBe('{"days": 30}');
  });
});

describe("messages that are more than text", () => {
  const text = { type: "text", text: "Why?" };
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const sound = { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } };
  const file = { type: "file", file: { filename: "a.pdf", file_data: "data:,a" } };

  it.each([image, sound, file])("reach the model, past the cache: %j", async (part) => {
    const content = [{ type: "text", text: next() }, part];
    const { status, headers } = await go([{ role: "user", content }]);
    expect([status, headers.get("x-cache")]).toEqual([200, "BYPASS"]);
    expect(model.seen.at(-1)?.["messages"].at(-1)).toEqual({ role: "user", content });
  });

  it("may have no text at all", async () => {
    expect((await go([{ role: "user", content: [image] }])).status).toBe(200);
    expect(model.seen.at(-1)?.["messages"].at(-1).content).toEqual([image]);
  });

  it("break no later turn: a follow-up is shown them, a whole question is served from the cache", async () => {
    const question = next();
    const earlier = [
      { role: "user", content: [{ type: "text", text: "What is this?" }, image] },
      { role: "assistant", content: "A card." },
    ];
    const { status } = await go([...earlier, { role: "user", content: "And what does it cost?" }]);
    expect(status).toBe(200);
    expect(JSON.stringify(model.seen.at(-1)?.["messages"])).toContain("AAAA");
    await ask(question);
    const { headers } = await go([...earlier, { role: "user", content: question }]);
    expect(headers.get("x-cache")).toBe("HIT");
  });

  it("an answer that the client has begun is the last message that the model sees", async () => {
    const begun = { role: "assistant", content: "They are paid" };
    const { headers } = await go([{ role: "user", content: next() }, begun]);
    expect(headers.get("x-cache")).toBe("BYPASS");
    expect(model.seen.at(-1)?.["messages"].at(-1)).toEqual(begun);
  });

  it("have the names of who said them, and are served from the cache all the same", async () => {
    const question = next();
    await ask(question);
    const named = { role: "user", content: question, name: "ada" };
    expect((await go([named])).headers.get("x-cache")).toBe("HIT");
    await go([
      named,
      { role: "assistant", content: "Soon.", name: "bot" },
      { ...named, content: "Why?" },
    ]);
    expect(model.seen.at(-1)?.["messages"].slice(1)).toMatchObject([
      { role: "user", name: "ada" },
      { role: "assistant", content: "Soon.", name: "bot" },
      { role: "user", content: "Why?", name: "ada" },
    ]);
  });

  it("are refused where they cannot be read", async () => {
    for (const [param, message] of [
      ["messages[0].name", { role: "user", content: "Why?", name: "a b" }],
      ["messages[0].tool_call_id", { role: "tool", content: "x", tool_call_id: 5 }],
      ["messages[0].content[0].type", { role: "tool", content: [image], tool_call_id: "a" }],
      ["messages[0].content[1].type", { role: "user", content: [text, { type: "video_url" }] }],
      ["messages[0].content[1]", { role: "user", content: [text, "Why?"] }],
      ["messages[0].content[0].text", { role: "user", content: [{ type: "text", text: null }] }],
      [
        "messages[0].content[0].image_url.detail",
        { role: "user", content: [{ type: "image_url", image_url: { url: "a:b", detail: null } }] },
      ],
      ["messages[0].content", { role: "user", content: 5 }],
      [
        "messages[0].tool_calls[0].function.arguments",
        { role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "a" } }] },
      ],
    ] as const) {
      const { status, json } = await go([message, { role: "user", content: "Why?" }]);
      expect([status, json.error.param]).toEqual([400, param]);
    }
  });

  it("are a 400 where a field beside them is nested without end", async () => {
    const parameters = JSON.parse(`${'{"a":'.repeat(3_000)}{}${"}".repeat(3_000)}`);
    const tools = [{ type: "function", function: { name: "a", parameters } }];
    const { status, json } = await ask(next(), { tools });
    expect([status, json.error.param]).toEqual([400, "tools"]);
  });

  it("are cut from the oldest question on where they are too long for the model", async () => {
    model.behave({
      refuse: ({ messages }) =>
        messages.length > 3
          ? { status: 400, body: { error: { code: "context_length_exceeded", message: "long" } } }
          : undefined,
    });
    const turns = Array.from({ length: 4 }, (_, place) => [
      { role: "user", content: [{ type: "text", text: `What is ${place}?` }, image] },
      { role: "assistant", content: "A card." },
    ]).flat();
    const { status } = await go([...turns, { role: "user", content: [image] }]);
    expect(status).toBe(200);
    expect(model.seen.at(-1)?.["messages"].at(-1).content).toEqual([image]);
  });
});

describe("a model that refuses what it is handed", () => {
  const refusal = {
    status: 400,
    body: {
      error: {
        message: "Invalid schema for function 'look_up'. Key: sk-secret12345678",
        param: "tools[0].function.parameters",
        code: "invalid_function_parameters",
      },
    },
  };
  const tools = [{ type: "function", function: { name: "look_up" } }];

  it.each([{ tools }, { tools, stream: true }, { seed: 5 }])(
    "tells the client why, without secrets: %j",
    async (fields) => {
      model.behave({ refuse: () => refusal });
      const { status, json } = await ask(next(), fields);
      expect([status, json.error.code]).toEqual([400, "invalid_request"]);
      expect(json.error.message).toContain("Invalid schema for function 'look_up'");
      expect(json.error.param).toBe("tools[0].function.parameters");
      expect(json.error.message).not.toContain("secret");
    },
  );

  it("keeps its reason in the log where nothing of the client's was handed on", async () => {
    model.behave({ refuse: () => refusal });
    const { status, json } = await ask(next());
    expect([status, json.error.code]).toEqual([502, "model_refused_request"]);
  });

  it("is not asked again without the field, which is no longer what was asked for", async () => {
    const message = "Unsupported parameter: 'reasoning_effort'";
    model.behave({
      refuse: (body) =>
        "reasoning_effort" in body ? { status: 400, body: { error: { message } } } : undefined,
    });
    const { status, json } = await ask(next(), { reasoning_effort: "low" });
    expect([status, json.error.message]).toEqual([400, expect.stringContaining(message)]);
  });

  it("may end in the middle of a tool call: an error, and nothing is kept", async () => {
    const call = { index: 0, id: "c", function: { name: "look_up", arguments: "{" } };
    model.behave({ chunks: [delta({ tool_calls: [call] }), say("x")], end: "cut" });
    const { status, json } = await ask(next(), { tools });
    expect([status, json.error.code]).toEqual([502, "model_failed"]);
    model.behave({ chunks: [finish("tool_calls")] });
    expect((await ask(next(), { tools })).status).toBe(502);
  });
});
