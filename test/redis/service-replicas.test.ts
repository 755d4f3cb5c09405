import { createHash } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";
import { helpFolder, startOnRedis } from "../support/redis-service.ts";
import { scriptedModel } from "../support/scripted-model.ts";

const RESET = "How do I reset my password?";

/** Two services that share a Redis and a record, and all calls of their model. */
async function openTwo(
  { skip }: { skip: (note: string) => never },
  environment: Record<string, string> = {},
) {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  const gate = { open: Promise.resolve() };
  const model = scriptedModel(() => ({
    text: "Open Settings and choose Security [1].",
    beforeWord: () => gate.open,
  }));
  const shared = {
    DATA_DIR: await mkdtemp(join(tmpdir(), "reprise-replicas-")),
    KNOWLEDGE_DIR: await helpFolder(),
    ...environment,
  };
  const one = await startOnRedis(redis.url, shared, { model });
  const other = await startOnRedis(redis.url, shared, { model });
  return { redis, gate, model, one, other };
}

describe("two replicas", { timeout: 60_000 }, () => {
  it("share answers, conversations, documents and rate limits", async (context) => {
    const { one, other, model } = await openTwo(context, { RATE_LIMIT_PER_MINUTE: "6" });
    const first = await one.chat(RESET, { conversation_id: "c1" });
    expect(first.cache.status).toBe("miss");
    const again = await other.chat("how do I  reset my password", { conversation_id: "c1" });
    expect(again.cache).toMatchObject({ status: "hit", tier: "exact" });
    expect(again.citations).toEqual(first.citations);
    const { json } = await one.call("GET", "/v1/conversations/c1");
    expect(json.window).toHaveLength(4);

    const text = "To reset your password call the desk.";
    const change = await other.call("PUT", "/v1/documents/desk", { title: "Desk", text });
    expect(change.status).toBe(201);
    const found = await one.call("POST", "/v1/search", { query: "call the desk" });
    expect(found.json.passages[0].document_id).toBe("desk");
    const gone = await one.call("DELETE", `/v1/documents/${first.citations[0].document_id}`);
    expect(gone.json.invalidated_answers).toBe(1);
    expect((await other.chat(RESET)).cache.status).toBe("miss");
    expect(model.calls).toHaveLength(2);

    for (const service of [one, other, one]) await service.chat(RESET);
    const refused = await other.call("POST", "/v1/chat", { message: RESET });
    expect(refused.status).toBe(429);
  });

  it("make one model call for a question asked on both concurrently", async (context) => {
    const { gate, model, one, other } = await openTwo(context);
    let open = () => {};
    gate.open = new Promise((resolve) => (open = resolve));
    const asked = Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).chat(RESET));
    await expect.poll(() => model.calls.length).toBe(1);
    open();
    const replies = await Promise.all(asked);
    expect(model.calls).toHaveLength(1);
    expect(new Set(replies.map(({ answer }) => answer)).size).toBe(1);
    expect(replies.filter(({ cache }) => cache.status === "miss")).toHaveLength(1);
  });

  it("do not share an answer whose document changed while it was generated", async (context) => {
    const { gate, model, one, other } = await openTwo(context);
    let open = () => {};
    gate.open = new Promise((resolve) => (open = resolve));
    const first = one.chat(RESET);
    await expect.poll(() => model.calls.length).toBe(1);
    const text = "To reset your password call the desk.";
    const [help] = (await one.call("GET", "/v1/documents")).json.documents;
    await other.call("DELETE", `/v1/documents/${help.id}`);
    await other.call("PUT", "/v1/documents/desk", { title: "Desk", text });
    const after = other.chat(RESET);
    await new Promise((resolve) => void setTimeout(resolve, 200));
    open();
    expect((await first).citations[0].document_id).toBe(help.id);
    const { cache, citations } = await after;
    expect([cache.status, citations[0].document_id]).toEqual(["miss", "desk"]);
    expect((await one.chat(RESET)).cache).toMatchObject({ status: "hit", tier: "exact" });
  });

  it("drop a turn whose conversation the other replica erased", async (context) => {
    const { gate, model, redis, one, other } = await openTwo(context);
    let open = () => {};
    gate.open = new Promise((resolve) => (open = resolve));
    const key = { "idempotency-key": "k1" };
    const asking = one.chat(RESET, { conversation_id: "c1" }, key);
    await expect.poll(() => model.calls.length).toBe(1);
    await other.call("DELETE", "/v1/conversations/c1");
    open();
    const { id } = await asking;
    expect((await one.call("GET", `/v1/messages/${id}/stream`)).status).toBe(204);
    for (const replica of [one, other]) {
      expect((await replica.call("GET", "/v1/conversations/c1")).status).toBe(404);
    }
    expect((await one.call("GET", "/v1/cache/entries")).json.entries).toEqual([]);
    const client = await openPlainClient(redis.url);
    expect(await client.exists("chat:c1")).toBe(0);
    expect((await one.chat(RESET, { conversation_id: "c1" }, key)).id).not.toBe(id);
    expect((await other.call("GET", "/v1/conversations/c1")).json.window).toHaveLength(2);
  });

  it("share nothing between tenants, and set a TTL on every key that needs one", async (context) => {
    const keyOf = (name: string) =>
      `${name}:${name}:chat+admin:${createHash("sha256").update(`key-${name}`).digest("hex")}`;
    const as = (name: string) => ({ authorization: `Bearer key-${name}` });
    const { redis, one, other } = await openTwo(context, {
      API_KEYS: `${keyOf("acme")},${keyOf("globex")}`,
    });
    const text = "To reset your password open Settings.";
    await one.call("PUT", "/v1/documents/help", { title: "Help", text }, as("acme"));
    const more = { conversation_id: "same" };
    expect((await one.chat(RESET, more, as("acme"))).citations).toHaveLength(1);
    expect((await other.chat(RESET, more, as("acme"))).cache.status).toBe("hit");
    const stranger = await other.chat(RESET, more, as("globex"));
    expect(stranger.cache.status).toBe("miss");
    expect(stranger.citations).toEqual([]);
    const client = await openPlainClient(redis.url);
    expect(await client.lLen("chat:acme:same")).toBe(4);
    expect(await client.lLen("chat:globex:same")).toBe(2);

    const unleased: string[] = [];
    for await (const keys of client.scanIterator()) {
      for (const key of keys) if ((await client.ttl(key)) === -1) unleased.push(key);
    }
    expect(
      unleased.filter((key) => !/^(?:passage:|usage|document|policy|index)/.test(key)),
    ).toEqual([]);
  });
});
