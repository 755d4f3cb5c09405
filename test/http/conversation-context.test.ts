import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HELP = `Kayaks are rented at the boat house for 12 euros an hour.

The lake tour starts at nine. Wet suits are kept in the shed.`;
const TITLE_PROMPT =
  "Suggest a short title for the chat.\n<chat>\nUSER: Where are wet suits?\nASSISTANT: In the shed.\n</chat>\nReturn only the title.";

const isRewriting = (texts: readonly string[]) =>
  texts.some((text) => text.startsWith("Conversation:"));
const rewritings = new Map<string, string>();
const model = scriptedModel((messages) => {
  const texts = messages.map(({ text }) => text);
  if (!isRewriting(texts)) return { text: "It is so. [1]" };
  const asked = /Last message: ([\s\S]*)$/.exec(texts.at(-1) ?? "")?.[1] ?? "";
  return { text: rewritings.get(asked) ?? "UNCLEAR" };
});
const lastPrompt = () => (model.calls.at(-1) ?? []).map(({ text }) => text).join("\n");

let now = Date.UTC(2026, 10, 29);
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService({ HISTORY_TTL_SECONDS: "60" }, { model, now: () => now });
  await server.call("POST", "/v1/documents", { id: "help", title: "Help", text: HELP });
});
afterAll(() => server.close());

async function say(message: string, conversation?: string) {
  const body = { message, ...(conversation !== undefined && { conversation_id: conversation }) };
  const { status, text, json } = await server.call("POST", "/v1/chat", body);
  expect(status, text).toBe(200);
  return json;
}

describe("what a conversation set before", () => {
  it("is named by the reply as the kind of each message", async () => {
    expect((await say("Where are kayaks rented?")).cache.kind).toBe("standalone-question");
    expect((await say("We are a youth club.", "kinds")).cache).toMatchObject({
      kind: "context-setting",
      status: "bypass",
      reasons: ["context-setting"],
    });
    const explained = await server.call("POST", "/v1/cache/explain", { message: "hello" });
    expect(explained.json).toMatchObject({ kind: "small-talk", reasons: ["small-talk"] });
  });

  it("keeps an answer to itself where a fact may change it, and shows the model that fact", async () => {
    const ask = "How much do kayaks and rafts cost?";
    await say(ask);
    await say("We are a youth club.", "club");
    const { cache } = await say(ask, "club");
    expect(cache).toMatchObject({ status: "bypass", reasons: ["conversation-context"] });
    expect(lastPrompt()).toContain("We are a youth club.");
  });

  it("is shared once the question was rewritten so that it holds that fact", async () => {
    const ask = "Where are wet suits and boots kept?";
    rewritings.set(ask, "Where are wet suits and boots kept for a youth club?");
    for (const [conversation, status] of [
      ["first", "miss"],
      ["second", "hit"],
    ] as const) {
      await say("We are a youth club.", conversation);
      const { cache } = await say(ask, conversation);
      expect(cache).toMatchObject({ status, question: rewritings.get(ask) });
    }
    rewritings.set(ask, ask);
    await say("We are a sailing school.", "third");
    const { cache } = await say(ask, "third");
    expect(cache).toMatchObject({ status: "bypass", reasons: ["conversation-context"] });
  });

  it("puts an instruction into the prompt, and shares answers only with those who gave it too", async () => {
    const ask = "When does the lake tour start?";
    expect((await say(ask)).cache.status).toBe("miss");
    for (const [conversation, status] of [
      ["one", "miss"],
      ["two", "hit"],
    ] as const) {
      await say("Please answer only in French from now on.", conversation);
      expect((await say(ask, conversation)).cache.status).toBe(status);
      if (status === "miss") expect(lastPrompt()).toContain("answer only in French");
    }
    expect((await say(ask)).cache.tier).toBe("exact");
  });

  it("is read from the transcript when the window has expired", async () => {
    const ask = "How much do wet suits and boots cost?";
    await say("We are a youth club.", "late");
    const read = () => server.call("GET", "/v1/conversations/late");
    await expect.poll(async () => (await read()).json?.transcript?.length).toBe(2);
    now += 3_600_000;
    expect((await say(ask, "late")).cache.reasons).toEqual(["conversation-context"]);
    expect(lastPrompt()).toContain("We are a youth club.");
    expect((await say("How much do helmets and ropes cost?", "late")).cache.reasons).toEqual([
      "conversation-context",
    ]);
  });
});

describe("a window that is made of the transcript", () => {
  const id = "asked-again";
  const put = (trigger: string, text: string) =>
    server.call("POST", "/v1/ui/chat", {
      id,
      trigger,
      messages: [{ id: "m", role: "user", parts: [{ type: "text", text }] }],
    });
  const read = (name: string) => server.call("GET", `/v1/conversations/${name}`);
  const questions = async (name: string) =>
    (await read(name)).json.window.flatMap((one: any) => (one.role === "user" ? one.content : []));

  it("holds a question once that was asked again, as the window before did", async () => {
    await put("submit-message", "We are a youth club.");
    await put("submit-message", "How much do wet suits and gloves cost?");
    await put("regenerate-message", "How much do wet suits and gloves cost?");
    const held = ["We are a youth club.", "How much do wet suits and gloves cost?"];
    expect(await questions(id)).toEqual(held);
    await expect.poll(async () => (await read(id)).json.transcript.length).toBe(6);
    const copy = await server.call("POST", `/v1/conversations/${id}/fork`, {});
    expect(await questions(copy.json.id)).toEqual(held);
    now += 3_600_000;
    await say("And what do boots cost?", id);
    expect(await questions(id)).toEqual([...held, "And what do boots cost?"]);
  });
});

describe("a message with personal data", () => {
  it("is answered, and neither read from nor written to the shared cache", async () => {
    const ask = "My name is Vera Lindqvist, where are wet suits kept?";
    for (const _time of [1, 2]) {
      const { cache, answer } = await say(ask);
      expect(answer).toBe("It is so. [1]");
      expect(cache).toMatchObject({ status: "bypass", reasons: ["personal-data"] });
    }
  });
});

describe("a front end's own prompt", () => {
  it("is answered without documents and cache, in its own kind, and is in no ranking", async () => {
    const prompt = { model: "default", messages: [{ role: "user", content: TITLE_PROMPT }] };
    for (const _time of [1, 2]) {
      const reply = await server.call("POST", "/v1/chat/completions", prompt);
      expect(reply.headers.get("x-cache")).toBe("BYPASS");
      expect(reply.json.x_reprise.cache).toMatchObject({ kind: "task", reasons: ["task"] });
      expect(lastPrompt()).not.toContain("<passage");
    }
    const stats = await server.call("GET", "/v1/cache/stats");
    expect(JSON.stringify(stats.json.most_asked)).not.toContain("title");
    await expect
      .poll(async () => (await server.call("GET", "/v1/reports/usage.ndjson")).text)
      .toContain('"status":"task"');
  });

  it("may bring a text along that is longer than a question", async () => {
    const content = `Summarise the text below.\n\n${"The lake is deep and cold. ".repeat(1_000)}`;
    const body = { model: "default", messages: [{ role: "user", content }] };
    const reply = await server.call("POST", "/v1/chat/completions", body);
    expect(reply.status, reply.text).toBe(200);
    expect(lastPrompt()).toContain(content.trim());
  });
});
