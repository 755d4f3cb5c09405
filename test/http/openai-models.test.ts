import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startModelServer } from "../support/model-server.ts";
import { startService } from "../support/start-service.ts";

let model: Awaited<ReturnType<typeof startModelServer>>;
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  model = await startModelServer();
  server = await startService({
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: "k",
    CHAT_MODEL: "openai:gpt-4o-mini",
    EMBEDDINGS: "openai",
    EMBEDDING_MODEL: "text-embedding-3-small",
  });
  for (const [id, text] of [
    ["refunds", "Refunds are paid within 30 days of purchase to the card that was used."],
    ["hours", "The shop opens at nine and closes at six on every day of the week."],
  ]) {
    await server.call("POST", "/v1/documents", { id, title: id, text });
  }
});
afterAll(async () => {
  await server.close();
  await model.close();
});

const question = "When are refunds paid?";
const ask = (more: object = {}, headers: Record<string, string> = {}) =>
  server.call(
    "POST",
    "/v1/chat/completions",
    { messages: [{ role: "user", content: question }], ...more },
    headers,
  );
const client = () => new OpenAI({ apiKey: "k", baseURL: `${server.url}/v1`, maxRetries: 0 });

describe("the model that a request names", () => {
  it.each([undefined, null, "", "x", "default", "reprise", "gpt-4o-mini", "openai:gpt-4o-mini"])(
    "may be %j",
    async (name) => {
      const { status, json } = await ask({ model: name });
      expect([status, json.model]).toEqual([200, "gpt-4o-mini"]);
    },
  );

  it.each(["gpt-4o", "o3", "GPT-4o-mini", "m".repeat(500)])("is not found: %s", async (name) => {
    const { status, json } = await ask({ model: name });
    expect([status, json.error.code, json.error.param]).toEqual([404, "model_not_found", "model"]);
    expect(json.error.message.length).toBeLessThan(250);
  });

  it("is in the list, and found by its id", async () => {
    const models = client().models;
    const listed = (await models.list()).data.map(({ id }) => id);
    expect(listed).toEqual(["gpt-4o-mini"]);
    expect(await models.retrieve("gpt-4o-mini")).toMatchObject({ id: "gpt-4o-mini" });
    await expect(models.retrieve("gpt-4o")).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
    });
  });
});

describe("cache and documents in the body", () => {
  it("mean what they mean in /v1/chat", async () => {
    await ask();
    const verdictOf = async (...given: Parameters<typeof ask>) =>
      (await ask(...given)).headers.get("x-cache");
    expect(await verdictOf({ cache: { mode: "bypass" } })).toBe("BYPASS");
    expect(await verdictOf({ cache: { mode: "refresh" } })).toBe("REFRESH");
    expect(await verdictOf({ cache: { mode: "only" } }, { "cache-control": "no-store" })).toBe(
      "HIT",
    );
    expect(await verdictOf({ cache: null, documents: null })).toBe("HIT");
    expect(await verdictOf({ documents: ["refunds"] })).toBe("MISS");
    expect(await verdictOf({ documents: ["refunds"], cache: { threshold: 0.99 } })).toBe("HIT");
    const { json } = await ask({ documents: ["hours"], cache: { mode: "bypass" } });
    expect(json.x_reprise.citations.map((each: any) => each.document_id)).toEqual(["hours"]);
  });

  it.each([
    [400, "cache.threshold", { cache: { threshold: 0.5 } }],
    [400, "cache.ttl_seconds", { cache: { ttl_seconds: 10_000_000 } }],
    [400, "cache.mode", { cache: { mode: "never" } }],
    [400, "cache.tier", { cache: { tier: "exact" } }],
    [400, "documents[0]", { documents: ["none"] }],
    [400, "documents", { documents: [] }],
    [404, null, { cache: { mode: "only" }, documents: ["hours"] }],
  ])("are refused with %s at %s", async (status, param, more) => {
    const reply = await ask(more);
    expect([reply.status, reply.json.error.param]).toEqual([status, param]);
  });
});

describe("embeddings", () => {
  const texts = ["When are refunds paid?", "When does the shop open?", "Why?"];

  it("are those of the service's embedder, as numbers or base64, in their order", async () => {
    const { data, model: name } = await client().embeddings.create({
      model: "text-embedding-3-small",
      input: texts,
      encoding_format: "float",
    });
    expect(name).toBe("text-embedding-3-small");
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    const coded = await client().embeddings.create({ model: "x", input: texts });
    coded.data.forEach(({ embedding }, index) => {
      const own = data[index]?.embedding ?? [];
      expect(embedding.length).toBe(own.length);
      embedding.forEach((value, place) => expect(value).toBeCloseTo(own[place] ?? NaN, 6));
    });
    const one = await server.call("POST", "/v1/embeddings", { input: texts[2] });
    expect(one.json.data).toHaveLength(1);
    expect(one.json.data[0].embedding).toEqual(data[2]?.embedding);
  });

  it("cost what the embedder costs, in the ledger too, and are no questions", async () => {
    const totals = async () => {
      const { json } = await server.call("GET", "/v1/reports/costs");
      return json.rows.reduce(
        (sum: any, row: any) => ({
          requests: sum.requests + row.requests,
          tokens: sum.tokens + row.usage.embedding_tokens,
        }),
        { requests: 0, tokens: 0 },
      );
    };
    const before = await totals();
    const { json } = await server.call("POST", "/v1/embeddings", { input: texts, user: "ada" });
    expect(json.usage).toEqual({ prompt_tokens: 5, total_tokens: 5 });
    const after = await totals();
    expect(after).toEqual({ requests: before.requests, tokens: before.tokens + 5 });
    const { text } = await server.call("GET", "/v1/reports/usage.ndjson");
    expect(text).toContain('"status":"embeddings"');
  });

  it.each([
    ["input", {}],
    ["input", { input: "" }],
    ["input", { input: [] }],
    ["input", { input: [1, 2, 3] }],
    ["input", { input: [[1, 2], [3]] }],
    ["input[1]", { input: ["a", ""] }],
    ["input", { input: Array.from({ length: 2_049 }, () => "a") }],
    ["dimensions", { input: "a", dimensions: 7 }],
    ["encoding_format", { input: "a", encoding_format: "int8" }],
  ])("are refused for a wrong %s", async (param, body) => {
    const { status, json } = await server.call("POST", "/v1/embeddings", body);
    expect([status, json.error.param]).toEqual([400, param]);
  });

  it("of another model are 404, and of a text that is too long 400", async () => {
    const other = await server.call("POST", "/v1/embeddings", { input: "a", model: "ada" });
    expect([other.status, other.json.error.code]).toEqual([404, "model_not_found"]);
    const words = "This model's maximum context length is 8192 tokens";
    model.behave({
      embed: ({ input }) =>
        String(input).length > 2_000
          ? { status: 400, body: { error: { message: words } } }
          : undefined,
    });
    const long = await server.call("POST", "/v1/embeddings", { input: ["a", "b ".repeat(3_000)] });
    expect([long.status, long.json.error.param]).toEqual([400, "input[1]"]);
    model.behave({});
  });

  it("are made for many texts at once", async () => {
    const input = Array.from({ length: 300 }, (_, index) => `Text number ${index}`);
    const { json } = await server.call("POST", "/v1/embeddings", { input });
    expect(json.data).toHaveLength(300);
  });
});
