import { createOpenAI } from "@ai-sdk/openai";
import { generateText, isStepCount, jsonSchema, tool } from "ai";
import OpenAI from "openai";
import type { ResponseInputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ANSWER, delta, finish, USAGE, whole } from "../support/model-server.ts";
import { startBehindModelServer } from "../support/behind-model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
let model: (typeof behind)["model"];
let server: (typeof behind)["server"];
beforeAll(async () => {
  behind = await startBehindModelServer({
    CHAT_MODEL: "any",
  });
  ({ model, server } = behind);
});
afterAll(() => behind.close());
beforeEach(() => {
  model.behave({});
  model.seen.length = 0;
});

const CITY = {
  type: "function" as const,
  name: "weather",
  description: "Weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  strict: true,
};
const CLOCK = { ...CITY, name: "clock", description: "The time", parameters: {} };
const tools = [CITY, CLOCK];

const called = (index: number, fields: object, id?: string) =>
  delta({
    tool_calls: [{ index, ...(id !== undefined && { id, type: "function" }), function: fields }],
  });
/** Two calls as OpenAI streams them, in pieces. */
const CALLS = [
  delta({ role: "assistant", content: null }),
  called(0, { name: "weather", arguments: "" }, "call_1"),
  called(0, { arguments: '{"city":' }),
  called(0, { arguments: '"Basel"}' }),
  called(1, { name: "clock", arguments: "{}" }, "call_2"),
  finish("tool_calls"),
  USAGE,
];
const EXPECTED = [
  { type: "function_call", call_id: "call_1", name: "weather", arguments: '{"city":"Basel"}' },
  { type: "function_call", call_id: "call_2", name: "clock", arguments: "{}" },
];
const RESULTS: ResponseInputItem[] = [
  { type: "function_call_output", call_id: "call_1", output: "Rain in Basel." },
  {
    type: "function_call_output",
    call_id: "call_2",
    output: [{ type: "input_text", text: "Noon." }],
  },
];

const client = () => new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 0 });
const create = (body: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "model">) =>
  client().responses.create({ model: "any", ...body });
/** A question that was not asked before. */
const next = () => `When are refunds paid for order number ${(questions += 1)}?`;
let questions = 0;
const seenMessages = (): any[] => model.seen.at(-1)?.["messages"];

describe("functions on offer", () => {
  it("go to the model in its own form, and an answer that calls none is cached", async () => {
    const input = next();
    const first = await create({ input, tools });
    expect(first).toMatchObject({ output_text: ANSWER, tools, tool_choice: "auto" });
    expect(model.seen.at(-1)?.["tools"][0]).toEqual({
      type: "function",
      function: {
        name: "weather",
        description: CITY.description,
        parameters: CITY.parameters,
        strict: true,
      },
    });
    expect(await create({ input, tools: tools.toReversed() })).toMatchObject({
      x_reprise: { cache: { status: "hit" } },
    });
    expect(await create({ input })).toMatchObject({ x_reprise: { cache: { status: "miss" } } });
    const forced = await create({ input, tools, tool_choice: { type: "function", name: "clock" } });
    expect(forced).toMatchObject({ x_reprise: { cache: { status: "bypass" } } });
    expect(model.seen.at(-1)?.["tool_choice"]).toEqual({
      type: "function",
      function: { name: "clock" },
    });
  });

  it("are called by function_call items, whole and as a stream in OpenAI's order", async () => {
    model.behave({ chunks: CALLS });
    const response = await create({ input: next(), tools });
    expect(response).toMatchObject({ status: "completed", output: EXPECTED, output_text: "" });
    const stream = await client().responses.create({
      model: "any",
      input: next(),
      tools,
      stream: true,
    });
    const events: ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.map(({ type }) => type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "function_call_arguments.delta",
      "function_call_arguments.delta",
      "function_call_arguments.done",
      "output_item.done",
      "output_item.added",
      "function_call_arguments.delta",
      "function_call_arguments.done",
      "output_item.done",
      "completed",
    ]);
    const done = events.filter(({ type }) => type === "response.output_item.done");
    expect(done).toMatchObject(EXPECTED.map((item, output_index) => ({ item, output_index })));
    const again = client().responses.stream({ model: "any", input: next(), tools: [CITY, CLOCK] });
    expect((await again.finalResponse()).output).toMatchObject(EXPECTED);
  });
});

describe("results of functions", () => {
  it("go on by previous_response_id, and the whole is one turn of the conversation", async () => {
    const input = next();
    const greeting = await create({ input: "My name is Tangerine." });
    model.behave({ chunks: CALLS });
    const asked = await create({ input, tools, previous_response_id: greeting.id });
    expect(asked.output).toMatchObject(EXPECTED);
    model.behave({ chunks: whole("It rains at noon.") });
    const answered = await create({ input: RESULTS, tools, previous_response_id: asked.id });
    expect(answered.output_text).toBe("It rains at noon.");
    expect(answered).toMatchObject({ x_reprise: { cache: { status: "bypass" } } });
    const sent = seenMessages();
    const from = sent.findIndex(({ content }) => content === "My name is Tangerine.");
    expect(sent.slice(from).map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
      "tool",
      "tool",
    ]);
    expect(sent.at(-3).tool_calls).toMatchObject([
      { id: "call_1", function: { name: "weather" } },
      { id: "call_2", function: { name: "clock" } },
    ]);
    expect(sent.slice(-2)).toMatchObject([
      { tool_call_id: "call_1", content: "Rain in Basel." },
      { tool_call_id: "call_2", content: "Noon." },
    ]);
    const { json } = await server.call("GET", `/v1/conversations/${asked.conversation?.id}`);
    expect(json.transcript.map(({ content }: any) => content)).toEqual([
      "My name is Tangerine.",
      ANSWER,
      input,
      "It rains at noon.",
    ]);
    await create({ input: "And what was my name?", previous_response_id: answered.id });
    expect(JSON.stringify(seenMessages())).toContain("It rains at noon.");
  });

  it("given twice begin the conversation after the call anew, each time", async () => {
    const greeting = await create({ input: "My name is Tangerine." });
    for (const previous_response_id of [greeting.id, null]) {
      model.behave({ chunks: CALLS });
      const input = next();
      const asked = await create({ input, tools, previous_response_id });
      const before = seenMessages().slice(1);
      model.behave({ chunks: whole("It rains at noon.") });
      const answer = { input: RESULTS, tools, previous_response_id: asked.id };
      const first = await create(answer);
      const second = await create(answer);
      expect(seenMessages().slice(1, -3)).toEqual(before);
      expect(first.conversation).toEqual(asked.conversation);
      expect(second.conversation).not.toEqual(asked.conversation);
      await create({ ...answer, store: false });
      expect(seenMessages().slice(1, -3)).toEqual(before);
    }
  });

  it("may call again before they are answered", async () => {
    model.behave({ chunks: CALLS });
    const first = await create({ input: next(), tools });
    model.behave({
      chunks: [called(0, { name: "clock", arguments: "{}" }, "call_3"), finish("stop")],
    });
    const second = await create({ input: RESULTS, tools, previous_response_id: first.id });
    expect(second.output).toMatchObject([{ type: "function_call", call_id: "call_3" }]);
    model.behave({ chunks: whole("Done.") });
    const output: ResponseInputItem = {
      type: "function_call_output",
      call_id: "call_3",
      output: "One.",
    };
    const third = await create({ input: [output], tools, previous_response_id: second.id });
    expect(third.output_text).toBe("Done.");
    expect(seenMessages().filter(({ role }) => role === "tool")).toHaveLength(3);
  });

  it("may come with all that was said before, and nothing is kept", async () => {
    model.behave({ chunks: CALLS });
    const question = { role: "user" as const, content: next() };
    const first = await create({ input: [question], tools, store: false });
    model.behave({ chunks: whole("It rains.") });
    const second = await create({
      input: [question, ...(first.output as ResponseInputItem[]), ...RESULTS],
      tools,
      store: false,
    });
    expect(second.output_text).toBe("It rains.");
    expect(second.conversation).toBeNull();
  });

  it("that are missing are told, and the call that misses them", async () => {
    model.behave({ chunks: CALLS });
    const first = await create({ input: next(), tools });
    const more = create({ input: "Never mind.", tools, previous_response_id: first.id });
    await expect(more).rejects.toMatchObject({ status: 400, param: "input" });
  });

  it("are a loop for the AI SDK", async () => {
    model.behave({ chunks: [...CALLS.slice(0, 4), finish("tool_calls"), USAGE] });
    const weather = tool({
      description: "Weather of a city",
      inputSchema: jsonSchema<{ city: string }>(CITY.parameters as object),
      execute: async ({ city }) => {
        model.behave({ chunks: whole(`It rains in ${city}.`) });
        return `Rain in ${city}`;
      },
    });
    const { text, steps } = await generateText({
      model: createOpenAI({ apiKey: "none", baseURL: `${server.url}/v1` })("any"),
      prompt: next(),
      tools: { weather },
      stopWhen: isStepCount(3),
    });
    expect(text).toBe("It rains in Basel.");
    expect(steps).toHaveLength(2);
    expect(seenMessages().at(-1)).toMatchObject({ role: "tool", content: "Rain in Basel" });
  });
});

describe("what else the model is given as it is", () => {
  it("is the form of an answer, which the client parses", async () => {
    model.behave({ chunks: whole('{"days":30}') });
    const schema = {
      type: "object",
      properties: { days: { type: "number" } },
      required: ["days"],
      additionalProperties: false,
    };
    const format = { type: "json_schema" as const, name: "term", schema, strict: true };
    const response = await create({ input: next(), text: { format } });
    expect(JSON.parse(response.output_text)).toEqual({ days: 30 });
    expect(model.seen.at(-1)?.["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "term", schema, strict: true },
    });
    expect(response.text).toEqual({ format });
  });

  it("are images, effort, and hints for the provider", async () => {
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const image = { type: "input_image" as const, image_url: url, detail: "low" as const };
    const text = { type: "input_text" as const, text: "What is on this picture?" };
    const response = await create({
      input: [{ role: "user", content: [text, image] }],
      reasoning: { effort: "low" },
      prompt_cache_key: "team",
      parallel_tool_calls: true,
    });
    expect(response).toMatchObject({
      reasoning: { effort: "low" },
      x_reprise: { cache: { status: "bypass", reasons: ["passed-through"] } },
    });
    expect(model.seen.at(-1)).toMatchObject({ reasoning_effort: "low", prompt_cache_key: "team" });
    expect(JSON.stringify(seenMessages().at(-1))).toContain(url);
  });
});
