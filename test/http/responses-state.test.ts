import { randomUUID } from "node:crypto";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { startService } from "../support/start-service.ts";
import { headersOf, keyEntry } from "../support/user-tokens.ts";
import { RefundDesk } from "../support/refund-desk.ts";

const desk = new RefundDesk();

const client = () =>
  new OpenAI({ apiKey: "none", baseURL: `${desk.server.url}/v1`, maxRetries: 0 });
const create = (body: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "model">) =>
  client().responses.create({ model: "gpt-4o-mini", ...body });
const post = (body: object) => desk.server.call("POST", "/v1/responses", body);

describe("the input of a response", () => {
  const picture = {
    type: "input_image",
    detail: "auto",
    image_url: "data:image/png;base64,AA",
  } as const;

  it("is listed in pages, without the data of images", async () => {
    desk.script = { text: "Noted." };
    const given = [
      { role: "developer" as const, content: "Be brief." },
      { role: "assistant" as const, content: "Hello." },
      {
        role: "user" as const,
        content: [{ type: "input_text" as const, text: "What is it?" }, picture],
      },
    ];
    const { id } = await create({ input: given });
    const items: OpenAI.Responses.ResponseItem[] = [];
    const pages = client().responses.inputItems.list(id, { limit: 2, order: "asc" });
    for await (const item of pages) items.push(item);
    expect(items).toMatchObject([
      { type: "message", role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello." }] },
      {
        type: "message",
        role: "user",
        content: [{ text: "What is it?" }, { type: "input_image", detail: "auto" }],
      },
    ]);
    expect(JSON.stringify(items)).not.toContain("base64");
    expect(new Set(items.map((item) => item.id)).size).toBe(3);
    const newest = await client().responses.inputItems.list(id, { limit: 1 });
    expect([newest.has_more, newest.data[0]?.id]).toEqual([true, items[2]?.id]);
  });

  it("has no item after one that is not there", async () => {
    const { id } = await create({ input: "When are refunds paid?" });
    const path = `/v1/responses/${id}/input_items?after=in_nothing`;
    const { status, json } = await desk.server.call("GET", path);
    expect([status, json.error.param]).toEqual([400, "after"]);
    const unknown = await desk.server.call("GET", "/v1/responses/resp_nothing/input_items");
    expect(unknown.status).toBe(404);
  });

  it("may refer to an item without saying that it does", async () => {
    const first = await create({ input: "When are refunds paid?" });
    const input: OpenAI.Responses.ResponseInput = [
      { id: first.output[0]?.id ?? "" },
      { role: "user", content: "Why is it so?" },
    ];
    await create({ input });
    expect(desk.lastPrompt()).toContain(first.output_text);
  });

  it("has the place of a part that no tool may return", async () => {
    const called = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
    const output = [{ type: "input_text", text: "42" }, picture];
    const result = { type: "function_call_output", call_id: "c", output };
    const { status, json } = await post({
      input: [{ role: "user", content: "Go" }, called, result],
    });
    expect([status, json.error.param]).toEqual([400, "input[2].output[1].type"]);
  });
});

describe("a chain of responses", () => {
  it("has the conversation of the response before", async () => {
    desk.script = { text: "Noted." };
    const first = await create({ input: "My name is Tangerine.", instructions: "Be brief." });
    const second = await create({ input: "What is my name?", previous_response_id: first.id });
    expect(desk.lastPrompt()).toContain("My name is Tangerine.");
    expect(desk.lastPrompt()).not.toContain("Be brief.");
    expect(second.previous_response_id).toBe(first.id);
    expect(second.conversation).toEqual(first.conversation);
    const { json } = await desk.server.call("GET", `/v1/conversations/${first.conversation?.id}`);
    expect(json.transcript.map(({ content }: any) => content)).toEqual([
      "My name is Tangerine.",
      "Noted.",
      "What is my name?",
      "Noted.",
    ]);
  });

  it("branches where other turns followed, and both branches go on", async () => {
    desk.script = { text: "Noted." };
    const first = await create({ input: "My name is Tangerine." });
    const left = await create({ input: "My cat is Basil.", previous_response_id: first.id });
    const right = await create({ input: "What is my name?", previous_response_id: first.id });
    expect(desk.lastPrompt()).toContain("Tangerine");
    expect(desk.lastPrompt()).not.toContain("Basil");
    expect(right.conversation?.id).not.toBe(left.conversation?.id);
    await create({ input: "What is my cat called?", previous_response_id: left.id });
    expect(desk.lastPrompt()).toContain("Basil");
    await create({ input: "And what is it once more?", previous_response_id: right.id });
    expect(desk.lastPrompt()).not.toContain("Basil");
  });

  it("keeps developer messages and what was said in the input of the first", async () => {
    desk.script = { text: "Noted." };
    const first = await create({
      input: [
        { role: "developer", content: "Answer in rhymes." },
        { role: "user", content: "My name is Tangerine." },
        { role: "assistant", content: "Hello Tangerine." },
        { role: "user", content: [{ type: "input_text", text: "My cat is Basil." }] },
      ],
    });
    expect(desk.lastPrompt()).toContain("Hello Tangerine.");
    await create({ input: "What are our names?", previous_response_id: first.id });
    for (const text of ["Answer in rhymes.", "Hello Tangerine.", "My cat is Basil."]) {
      expect(desk.lastPrompt()).toContain(text);
    }
  });

  it("may be read without being continued", async () => {
    desk.script = { text: "Noted." };
    const first = await create({ input: "My name is Tangerine." });
    const aside = await create({
      input: "What is my name?",
      previous_response_id: first.id,
      store: false,
    });
    expect(desk.lastPrompt()).toContain("Tangerine");
    expect(aside).toMatchObject({ conversation: null, store: false });
    const gone = create({ input: "And then?", previous_response_id: aside.id });
    await expect(gone).rejects.toMatchObject({
      status: 404,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
    const { json } = await desk.server.call("GET", `/v1/conversations/${first.conversation?.id}`);
    expect(json.window).toHaveLength(2);
  });

  it("may name a conversation instead, by its id or as an object", async () => {
    desk.script = { text: "Noted." };
    const id = randomUUID();
    const first = await create({ input: "My name is Tangerine.", conversation: id });
    expect(first.conversation).toEqual({ id });
    await create({ input: "What is my name?", conversation: { id } });
    expect(desk.lastPrompt()).toContain("Tangerine");
    const both = create({ input: "And?", conversation: id, previous_response_id: first.id });
    await expect(both).rejects.toMatchObject({ status: 400, param: "conversation" });
  });

  it("may refer to items instead of repeating them", async () => {
    desk.script = { text: "I am Basil." };
    const first = await create({ input: "Who are you?" });
    const id = first.output[0]?.id ?? "";
    await create({
      input: [
        { role: "user", content: "Who are you?" },
        { type: "item_reference", id },
        { role: "user", content: "And who am I?" },
      ],
    });
    expect(desk.lastPrompt()).toContain("I am Basil.");
    const { status, json } = await post({
      input: [
        { type: "item_reference", id: "msg_gone" },
        { role: "user", content: "x" },
      ],
    });
    expect([status, json.error.param]).toEqual([404, "input[0].id"]);
  });
});

describe("a response of before", () => {
  it("is read as it was given, and removed", async () => {
    const given = await create({ input: "When are refunds paid?" });
    const { output_text: _text, _request_id, ...fields }: any = given;
    const { json } = await desk.server.call("GET", `/v1/responses/${given.id}`);
    expect(json).toEqual(fields);
    expect((await client().responses.retrieve(given.id)).output_text).toBe(given.output_text);
    const removed = await desk.server.call("DELETE", `/v1/responses/${given.id}`);
    expect(removed.json).toEqual({ id: given.id, object: "response", deleted: true });
    await expect(client().responses.retrieve(given.id)).rejects.toMatchObject({ status: 404 });
    expect((await desk.server.call("DELETE", `/v1/responses/${given.id}`)).status).toBe(404);
  });

  it("goes with its conversation", async () => {
    const { id, conversation } = await create({ input: "When are refunds paid?" });
    await desk.server.call("DELETE", `/v1/conversations/${conversation?.id}`);
    expect((await desk.server.call("GET", `/v1/responses/${id}`)).status).toBe(404);
  });
});

describe("responses of somebody else", () => {
  it("are not there: not to read, to remove, to refer to or to continue", async () => {
    const API_KEYS = [keyEntry("web", "acme", "chat"), keyEntry("app", "acme", "chat")].join(",");
    const apart = await startService({ API_KEYS }, { model: desk.model });
    onTestFinished(() => apart.close());
    const ask = async (who: string, body: object) =>
      apart.call("POST", "/v1/responses", body, await headersOf(who));
    desk.script = { text: "Noted." };
    const { json: own } = await ask("web", { input: "My name is Tangerine." });
    const item = [
      { type: "item_reference", id: own.output[0].id },
      { role: "user", content: "x" },
    ];
    const input = "What is my name?";
    const replies = await Promise.all([
      ask("app", { input, previous_response_id: own.id }),
      ask("app", { input, conversation: own.conversation.id }),
      ask("app", { input: item }),
      apart.call("GET", `/v1/responses/${own.id}`, undefined, await headersOf("app")),
      apart.call("DELETE", `/v1/responses/${own.id}`, undefined, await headersOf("app")),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await ask("web", { input, previous_response_id: own.id })).status).toBe(200);
    expect(desk.lastPrompt()).toContain("Tangerine");
  });
});
