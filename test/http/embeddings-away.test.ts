import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startModelServer, whole, type ServerPlan } from "../support/model-server.ts";
import { startService } from "../support/start-service.ts";

const REFUNDS = "Refunds are paid within 30 days of purchase to the card that was used.";

let model: Awaited<ReturnType<typeof startModelServer>>;
let server: Awaited<ReturnType<typeof startService>>;
beforeEach(async () => {
  model = await startModelServer();
  const OPENAI_BASE_URL = model.url;
  server = await startService({
    OPENAI_BASE_URL,
    CHAT_MODEL: "any",
    EMBEDDINGS: "openai",
    EMBEDDING_MODEL: "bge",
  });
  await server.call("POST", "/v1/documents", { title: "Refunds", text: REFUNDS });
});
afterEach(async () => {
  await server.close();
  await model.close();
});

const ask = async (message: string) => (await server.call("POST", "/v1/chat", { message })).json;
const prompt = () => JSON.stringify(model.seen.at(-1)?.["messages"]);

const FAILURES: readonly (readonly [string, NonNullable<ServerPlan["embed"]>])[] = [
  ["fails", () => ({ status: 500, body: "down" })],
  ["is busy", () => ({ status: 429, body: { error: { message: "slow down" } } })],
  ["refuses the key", () => ({ status: 401, body: { error: { message: "no" } } })],
  [
    "answers with zeros",
    (body) => ({
      status: 200,
      body: {
        data: [body["input"]].flat().map((_text: string, index: number) => ({
          index,
          embedding: Array.from({ length: 64 }, () => 0),
        })),
      },
    }),
  ],
  ["answers with a web page", () => ({ status: 200, body: "<html></html>" })],
];

describe("while the embeddings server is unavailable", () => {
  it.each(FAILURES)(
    "because it %s, questions are answered from the words",
    async (_name, embed) => {
      model.behave({ embed });
      const reply = await ask("When are refunds paid?");
      expect(reply).toMatchObject({
        citations: [{ title: "Refunds" }],
        cache: { status: "miss", reasons: ["not-embedded"], similarity: null },
        degraded: ["embeddings"],
      });
      expect(prompt()).toContain("within 30 days of purchase");
    },
  );

  it("a chat completion says so too", async () => {
    model.behave({ embed: () => ({ status: 500, body: "down" }) });
    const messages = [{ role: "user", content: "When are refunds paid?" }];
    const { json } = await server.call("POST", "/v1/chat/completions", { messages });
    expect(json.x_reprise.degraded).toEqual(["embeddings"]);
  });

  it("the search of documents goes by words, and the same words are still served", async () => {
    await ask("When are refunds paid?");
    model.behave({ embed: () => ({ status: 500, body: "down" }) });
    expect(await ask("When are refunds paid?")).toMatchObject({
      cache: { status: "hit", tier: "exact" },
      degraded: [],
    });
    const found = await server.call("POST", "/v1/search", { query: "refunds" });
    expect(found.json.passages).toMatchObject([{ title: "Refunds", similarity: null }]);
  });

  it("nothing is stored for other words, and it is as before when the server is back", async () => {
    model.behave({ embed: () => ({ status: 500, body: "down" }) });
    await ask("When are refunds paid?");
    model.behave({});
    const first = await ask("When are refunds paid?");
    expect([first.cache.status, first.degraded]).toEqual(["miss", []]);
    expect((await ask("When are refunds paid?")).cache.status).toBe("hit");
  });

  it("the explanation of a lookup says that nothing was compared", async () => {
    model.behave({ embed: () => ({ status: 500, body: "down" }) });
    const { json } = await server.call("POST", "/v1/cache/explain", {
      message: "When are refunds paid?",
    });
    expect(json).toMatchObject({ status: "miss", reasons: ["not-embedded"], nearest: [] });
  });
});

describe("a question that is longer than the embedder takes", () => {
  const log = "The log says that the folder could not be synced and is tried again. ".repeat(60);
  const limit: ServerPlan["embed"] = (body) =>
    [body["input"]].flat().some((text: string) => text.length > 1_000)
      ? { status: 400, body: { error: { message: "maximum context length is 256 tokens" } } }
      : undefined;

  it("is answered whole, and never served for another that only begins like it", async () => {
    model.behave({ embed: limit });
    const first = await ask(`When are refunds paid? ${log} Is it in dollars?`);
    expect(first).toMatchObject({ degraded: [], citations: [{ title: "Refunds" }] });
    expect(prompt()).toContain("Is it in dollars?");
    model.behave({ embed: limit, chunks: whole("Another answer [1].") });
    const second = await ask(`When are refunds paid? ${log} Is it in euros?`);
    expect(second).toMatchObject({ answer: "Another answer [1].", cache: { status: "miss" } });
  });
});
