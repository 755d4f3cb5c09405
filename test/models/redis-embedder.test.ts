import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createMemoisedEmbedder } from "../../src/models/memoised-embedder.ts";
import { createRedisEmbedder } from "../../src/models/redis-embedder.ts";
import { connectRedis } from "../../src/redis/connection.ts";
import { freePort } from "../../scripts/ports.ts";
import { openPlainClient, openRedis, sharedRedisUrl } from "../support/redis.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const ACME = { tenant: "acme" };

/** An embedder that bills, under a name of its own. */
function billed(id = `words:${randomUUID()}`) {
  const words = wordEmbedder();
  return {
    ...words,
    id,
    embed: async (texts: readonly string[]) => ({ ...(await words.embed(texts)), tokens: 7 }),
  };
}

describe.skipIf(sharedRedisUrl === undefined)("vectors in Redis", () => {
  const url = sharedRedisUrl ?? "";

  it("are made and billed once for all replicas, and are the same to the last bit", async () => {
    const inner = billed();
    const one = createRedisEmbedder(inner, { connection: await openRedis(url) });
    const connection = await openRedis(url);
    const other = createRedisEmbedder(inner, { connection });
    const text = "Où est le café? 🙂";
    const made = await one.embed([text], ACME);
    expect(made.tokens).toBe(7);
    const client = await openPlainClient(url);
    const keys = () => client.keys(`embedding:${encodeURIComponent(inner.id)}:*`);
    await expect.poll(async () => (await keys()).length).toBe(1);
    const again = await other.embed([text], ACME);
    expect(again).toEqual({ vectors: made.vectors, tokens: 0 });
    expect(inner.asked).toEqual([text]);
    const [key] = await keys();
    expect(await client.ttl(key ?? "")).toBeGreaterThan(86_000);
    expect(await client.strLen(key ?? "")).toBe(inner.dimensions * 4);
  });

  it("are not those of another embedder, nor of another length", async () => {
    const connection = await openRedis(url);
    const inner = billed();
    await createRedisEmbedder(inner, { connection }).embed(["text"], ACME);
    const stranger = billed();
    await createRedisEmbedder(stranger, { connection }).embed(["text"], ACME);
    expect(stranger.asked).toEqual(["text"]);
    const client = await openPlainClient(url);
    await expect
      .poll(() => client.keys(`embedding:${encodeURIComponent(inner.id)}:*`))
      .toHaveLength(1);
    const [key] = await client.keys(`embedding:${encodeURIComponent(inner.id)}:*`);
    await client.set(key ?? "", "short");
    await createRedisEmbedder(inner, { connection }).embed(["text"], ACME);
    expect(inner.asked).toEqual(["text", "text"]);
  });

  it("are fetched ahead, through the memo of the process", async () => {
    const inner = billed();
    await createRedisEmbedder(inner, { connection: await openRedis(url) }).embed(["ahead"], ACME);
    const client = await openPlainClient(url);
    await expect
      .poll(() => client.keys(`embedding:${encodeURIComponent(inner.id)}:*`))
      .toHaveLength(1);
    const connection = await openRedis(url);
    const embedder = createMemoisedEmbedder(createRedisEmbedder(inner, { connection }));
    embedder.prefetch?.("ahead", "acme");
    await connection.run((each) => each.ping());
    await connection.close();
    expect((await embedder.embed(["ahead"], ACME)).tokens).toBe(0);
    expect((await embedder.embed(["ahead"], ACME)).tokens).toBe(0);
    expect(inner.asked).toEqual(["ahead"]);
  });

  it("of one tenant spare another nothing: it is billed as if nobody had asked", async () => {
    const inner = billed();
    const connection = await openRedis(url);
    const embedder = createMemoisedEmbedder(createRedisEmbedder(inner, { connection }));
    const tokens = async (tenant?: string) => (await embedder.embed(["text"], { tenant })).tokens;
    expect([await tokens("acme"), await tokens("acme")]).toEqual([7, 0]);
    const client = await openPlainClient(url);
    await expect
      .poll(() => client.keys(`embedding:${encodeURIComponent(inner.id)}:*`))
      .toHaveLength(1);
    embedder.prefetch?.("text", "globex");
    expect([await tokens("globex"), await tokens("globex")]).toEqual([7, 0]);
    expect([await tokens(), await tokens()]).toEqual([7, 7]);
  });

  it("are not kept for batches", async () => {
    const inner = billed();
    const embedder = createRedisEmbedder(inner, { connection: await openRedis(url) });
    for (let times = 0; times < 2; times += 1) {
      expect((await embedder.embed(["one", "two"], ACME)).tokens).toBe(7);
    }
    expect(inner.asked).toHaveLength(4);
  });
});

it("embeds every text while Redis is away", async () => {
  const connection = connectRedis({ url: `redis://127.0.0.1:${await freePort()}` });
  const inner = billed();
  const embedder = createRedisEmbedder(inner, { connection });
  embedder.prefetch?.("text", "acme");
  expect((await embedder.embed(["text"], ACME)).vectors).toHaveLength(1);
  expect((await embedder.embed(["text"], ACME)).tokens).toBe(7);
  await connection.close();
});
