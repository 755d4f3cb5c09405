import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defer } from "../support/defer.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const USAGE = { input_tokens: 812, output_tokens: 164, total_tokens: 976 };

let server: Awaited<ReturnType<typeof startService>>;
let script: Script;
beforeAll(async () => {
  server = await startService({}, { model: scriptedModel(() => script, { id: "gpt-4o-mini" }) });
});
afterAll(() => server.close());

const openai = () =>
  new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 0 }).chat.completions;
const langchain = () =>
  new ChatOpenAI({
    apiKey: "none",
    model: "m",
    maxRetries: 0,
    configuration: { baseURL: `${server.url}/v1` },
  });
const asking = (content: string) => ({
  model: "m",
  messages: [{ role: "user" as const, content }],
});

describe("clients of OpenAI's format", () => {
  it("ChatOpenAI is streamed the words and told their usage", async () => {
    script = { text: "One and two and three.", usage: USAGE };
    const chunks = [];
    for await (const chunk of await langchain().stream("What comes in words?")) chunks.push(chunk);
    expect(chunks.map(({ text }) => text).join("")).toBe(script.text);
    expect(chunks.filter(({ text }) => text !== "").length).toBeGreaterThan(3);
    expect(chunks.findLast((chunk) => chunk.usage_metadata)?.usage_metadata).toMatchObject(USAGE);
  });

  it("both are told of a model that fails at once as 502", async () => {
    script = { text: "x", error: new Error("secret") };
    const question = "What fails at once?";
    const stream = openai().create({ ...asking(question), stream: true });
    await expect(stream).rejects.toMatchObject({ status: 502, code: "model_failed" });
    await expect(langchain().invoke(question)).rejects.toMatchObject({ status: 502 });
  });

  it("both are told of a model that fails in mid-answer, and nothing is stored", async () => {
    const question = "What fails in the middle?";
    const fail = () => (script = { text: "a b c", error: new Error("secret"), failAfterWords: 2 });
    fail();
    const stream = await openai().create({ ...asking(question), stream: true });
    const read = async () => {
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    };
    await expect(read()).rejects.toThrow(/model/);
    fail();
    await expect(
      (async () => {
        for await (const chunk of await langchain().stream(question)) expect(chunk).toBeDefined();
      })(),
    ).rejects.toThrow(/model/);
    script = { text: "Whole.", usage: USAGE };
    const whole = await openai().create(asking(question));
    expect(whole).toMatchObject({ x_reprise: { cache: { status: "miss" } } });
  });

  it("ChatOpenAI that is aborted stops the model", async () => {
    const stopped = defer<unknown>();
    script = {
      text: "a b c",
      onSignal: (signal) => signal?.addEventListener("abort", () => stopped.resolve(signal.reason)),
      beforeWord: async (place) => void (place > 0 && (await stopped.promise)),
    };
    const client = new AbortController();
    const stream = await langchain().stream("What is aborted?", { signal: client.signal });
    const read = async () => {
      for await (const chunk of stream) if (chunk.text !== "") client.abort();
    };
    await expect(read()).rejects.toThrow();
    expect(await stopped.promise).toBeInstanceOf(Error);
  });
});
