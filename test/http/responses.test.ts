import { createOpenAI } from "@ai-sdk/openai";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { describe, expect, it } from "vitest";
import { defer } from "../support/defer.ts";
import { RefundDesk, USAGE } from "../support/refund-desk.ts";

const desk = new RefundDesk();

const client = () =>
  new OpenAI({ apiKey: "none", baseURL: `${desk.server.url}/v1`, maxRetries: 0 });
const create = (body: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "model">) =>
  client().responses.create({ model: "gpt-4o-mini", ...body });

async function collect(body: Omit<OpenAI.Responses.ResponseCreateParamsStreaming, "stream">) {
  const stream = await client().responses.create({ ...body, stream: true });
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** The types of events, with repeated ones once. */
const order = (events: readonly ResponseStreamEvent[]) =>
  events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

describe("the openai client's responses", () => {
  it("are whole, with usage, citations and what the cache did", async () => {
    const input = "When are refunds paid?";
    const response = await create({ input, metadata: { ticket: "7" }, user: "ann" });
    expect(response).toMatchObject({
      object: "response",
      status: "completed",
      model: "gpt-4o-mini",
      output_text: "Within 30 days. [1]",
      error: null,
      metadata: { ticket: "7" },
      usage: {
        input_tokens: 812,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 164,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 976,
      },
      x_reprise: { cache: { status: "miss" } },
    });
    expect(response.id).toMatch(/^resp_/);
    const [item] = response.output;
    expect(item).toMatchObject({ type: "message", role: "assistant", status: "completed" });
    const annotation = { type: "file_citation", file_id: "help", filename: "Help", index: 16 };
    expect(item).toMatchObject({ content: [{ type: "output_text", annotations: [annotation] }] });

    const again = await create({ input });
    expect(again).toMatchObject({
      output_text: response.output_text,
      usage: { total_tokens: 0 },
      x_reprise: { cache: { status: "hit", tier: "exact" }, saved: { total_tokens: 976 } },
    });
  });

  it("stream OpenAI's events in OpenAI's order, for a miss and for a hit", async () => {
    desk.script = { text: "Parcels go out on Mondays. [1]", usage: USAGE };
    const asked = { model: "gpt-4o-mini", input: "When are parcels sent?" };
    for (const status of ["miss", "hit"]) {
      const events = await collect(asked);
      expect(order(events)).toEqual([
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
      ]);
      expect(events.map(({ sequence_number }) => sequence_number)).toEqual(
        events.map((_event, index) => index),
      );
      const last = events.at(-1);
      expect(last).toMatchObject({ response: { x_reprise: { cache: { status } } } });
      const text = events.map((event) =>
        event.type === "response.output_text.delta" ? event.delta : "",
      );
      expect(text.join("")).toBe("Parcels go out on Mondays. [1]");
    }
  });

  it("are put together from their stream as they are given whole", async () => {
    const body = { model: "gpt-4o-mini", input: "Do you sell maps?", store: false };
    const stream = client().responses.stream(body);
    const streamed = await stream.finalResponse();
    expect(streamed.output_text).toBe("Within 30 days. [1]");
    const whole: any = await client().responses.create(body);
    const ownFields = new Set(["id", "created_at", "completed_at", "x_reprise", "usage"]);
    const addedByClient = new Set(["parsed", "output_parsed"]);
    const strip = (response: unknown) =>
      JSON.stringify(response, (key, value: unknown) =>
        ownFields.has(key) || addedByClient.has(key) ? undefined : value,
      );
    expect(JSON.parse(strip(streamed))).toEqual(JSON.parse(strip(whole)));
  });

  it("tell what the model thinks as a reasoning item, apart from the answer", async () => {
    desk.script = { text: "<think>\nRefunds, hm.\n</think>\n\nThey are paid.", usage: USAGE };
    const events = await collect({ model: "gpt-4o-mini", input: "What is thought about?" });
    expect(order(events)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.reasoning_text.delta",
      "response.reasoning_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    const last: any = events.at(-1);
    expect(last.response.output.map(({ type }: any) => type)).toEqual(["reasoning", "message"]);
    expect(last.response.output[0].content[0].text).toContain("Refunds, hm.");
    expect(last.response.output[1].content[0].text).toBe("They are paid.");
  });

  it("say why they are incomplete", async () => {
    desk.script = { text: "Too long a", finishReason: "length", usage: USAGE };
    const input = "What is cut?";
    expect(await create({ input, max_output_tokens: 3 })).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      max_output_tokens: 3,
    });
    const events = await collect({ model: "gpt-4o-mini", input });
    expect(events.at(-1)?.type).toBe("response.incomplete");
  });

  it("are an HTTP error where the model fails at once, and failed where it fails in mid-answer", async () => {
    desk.script = { text: "x", error: new Error("secret") };
    const input = "What fails?";
    await expect(create({ input })).rejects.toMatchObject({ status: 502, code: "model_failed" });
    await expect(collect({ model: "gpt-4o-mini", input })).rejects.toMatchObject({ status: 502 });
    desk.script = { text: "a b c", error: new Error("secret"), failAfterWords: 2 };
    const events = await collect({ model: "gpt-4o-mini", input });
    expect(events.at(-1)).toMatchObject({
      type: "response.failed",
      response: {
        status: "failed",
        error: { code: "server_error" },
        output: [{ status: "incomplete" }],
      },
    });
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  it("stop the model when their client goes away", async () => {
    const stopped = defer<unknown>();
    desk.script = {
      text: "a b c",
      onSignal: (signal) => signal?.addEventListener("abort", () => stopped.resolve(signal.reason)),
      beforeWord: async (place) => void (place > 0 && (await stopped.promise)),
    };
    const stream = await client().responses.create({
      model: "gpt-4o-mini",
      input: "What is aborted?",
      stream: true,
    });
    for await (const event of stream) {
      if (event.type === "response.output_text.delta") stream.controller.abort();
    }
    expect(await stopped.promise).toBeInstanceOf(Error);
  });

  it("open their stream before the model has said a word", async () => {
    const gate = defer<undefined>();
    desk.script = { text: "Late.", beforeWord: () => gate.promise };
    const stream = await client().responses.create({
      model: "gpt-4o-mini",
      input: "What takes a while?",
      stream: true,
    });
    const events: string[] = [];
    for await (const event of stream) {
      events.push(event.type);
      if (event.type === "response.in_progress") gate.resolve(undefined);
    }
    expect(events[0]).toBe("response.created");
    expect(events.at(-1)).toBe("response.completed");
  });
});

describe("the AI SDK's OpenAI provider, which speaks the Responses API", () => {
  const provider = () => createOpenAI({ apiKey: "none", baseURL: `${desk.server.url}/v1` });

  it("generates and streams text, and goes on with its messages", async () => {
    desk.script = { text: "Hello Tangerine.", usage: USAGE };
    const asked = { role: "user" as const, content: "My name is Tangerine." };
    const first = await generateText({ model: provider()("gpt-4o-mini"), messages: [asked] });
    expect(first.text).toBe("Hello Tangerine.");
    expect(first.usage).toMatchObject({ inputTokens: 812, outputTokens: 164 });
    const messages = [
      asked,
      ...first.response.messages,
      { role: "user" as const, content: "What is my name?" },
    ];
    const second = streamText({ model: provider()("gpt-4o-mini"), messages });
    let text = "";
    for await (const delta of second.textStream) text += delta;
    expect(text).toBe("Hello Tangerine.");
    expect(desk.lastPrompt()).toContain("My name is Tangerine.");
    expect(await second.finishReason).toBe("stop");
  });
});
