import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";
import { helpFolder, startOnRedis } from "../support/redis-service.ts";
import { serveEmbeddings } from "../support/serve-embeddings.ts";

const RESET = "How do I reset my password?";

it("another embedder has its own indexes, and unused indexes are dropped", async ({ skip }) => {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  const client = await openPlainClient(redis.url);
  const shared = {
    DATA_DIR: await mkdtemp(join(tmpdir(), "reprise-embedders-")),
    KNOWLEDGE_DIR: await helpFolder(),
    CHAT_MODEL: "offline-extractive",
  };
  const builtin = await startOnRedis(redis.url, shared);
  await builtin.chat(RESET);
  const [oldSpace] = await client.keys("index:space:*");
  const oldIndexes = await client.ft._list();
  expect(oldIndexes).toHaveLength(2);

  const words = await startOnRedis(redis.url, {
    ...shared,
    EMBEDDINGS: "openai",
    EMBEDDING_MODEL: "words",
    OPENAI_BASE_URL: await serveEmbeddings(),
  });
  expect((await words.chat(RESET)).cache.status).toBe("miss");
  expect((await words.chat(RESET)).cache.status).toBe("hit");
  expect((await builtin.chat(RESET)).cache.status).toBe("hit");
  expect((await builtin.call("POST", "/v1/search", { query: RESET })).json.passages).toHaveLength(
    1,
  );
  expect(await client.ft._list()).toHaveLength(4);

  // The old setting is given up: its replicas are gone, and their lease runs out.
  await builtin.close();
  await client.del(oldSpace ?? "");
  const [passage] = await client.keys("passage:*");
  expect(await vectorFields(passage)).toHaveLength(2);
  // Coming back is one of the occasions to look.
  await client.sendCommand(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
  await expect.poll(() => client.ft._list(), { timeout: 10_000 }).toHaveLength(2);
  expect(await client.ft._list()).not.toEqual(expect.arrayContaining([oldIndexes[0]]));
  expect(await vectorFields(passage)).toHaveLength(1);
  expect((await words.chat(RESET)).cache.status).toBe("hit");

  async function vectorFields(key: string | undefined) {
    const fields = await client.hKeys(key ?? "");
    return fields.filter((field) => field.startsWith("vector:"));
  }
}, 60_000);
