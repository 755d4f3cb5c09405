import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createRedisPassages } from "../../src/knowledge/redis-passages.ts";
import { toLangChainEmbeddings } from "../../src/models/langchain-embeddings.ts";
import type { RedisConnection } from "../../src/redis/connection.ts";
import { createDataSet } from "../../src/redis/data-set.ts";
import { RedisUnavailable } from "../../src/redis/redis-unavailable.ts";
import { vectorSpaceOf } from "../../src/redis/vector-space.ts";
import { describePassageReaders } from "../contracts/passage-readers.ts";
import { describePassageStore } from "../contracts/passage-store.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";
import { openPlainClient, openRedis, sharedRedisUrl, startOwnRedis } from "../support/redis.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

interface Opened {
  readonly id?: string;
  readonly dimensions?: number;
  readonly onLost?: () => void;
  readonly connection?: RedisConnection;
}

async function open(url: string, options: Opened = {}) {
  const { id = "test", dimensions = 4, onLost = () => {} } = options;
  const connection = options.connection ?? (await openRedis(url));
  const dataSet = createDataSet(connection);
  await dataSet.look();
  const passages = createRedisPassages({
    connection,
    space: vectorSpaceOf({ id, dimensions }),
    embeddings: toLangChainEmbeddings(wordEmbedder()),
    isSameData: () => dataSet.isSame(),
    onLost,
  });
  return { connection, dataSet, passages };
}

/** The client, with the names of its commands noted, those of transactions too. */
function watched<Client extends object>(client: Client, commands: string[]): Client {
  return new Proxy(client, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        commands.push(String(name));
        const result: unknown = Reflect.apply(value, target, given);
        if (name === "multi" && typeof result === "object" && result !== null) {
          return watched(result, commands);
        }
        return result;
      };
    },
  });
}

const east = unitVector([1, 0, 0, 0]);
const document = (tenant: string, texts: readonly string[]) => ({
  tenant,
  documentId: "help",
  passages: texts.map((text) => ({ ...makePassage({ text }), vector: east })),
});

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";

  for (const describeContract of [describePassageStore, describePassageReaders]) {
    describeContract("Redis", async ({ dimensions }) => (await open(url, { dimensions })).passages);
  }

  it("keeps the passages of two embedders apart while both are in use", async () => {
    const tenant = `t-${randomUUID()}`;
    const one = await open(url, { id: "one" });
    const other = await open(url, { id: "other" });
    await one.passages.replaceDocument(document(tenant, ["refunds"]));
    const passageIds = ["psg_refunds"];
    expect(await one.passages.existing({ tenant, passageIds })).toEqual(new Set(passageIds));
    expect(await other.passages.existing({ tenant, passageIds })).toEqual(new Set());
    await other.passages.replaceDocument(document(tenant, ["refunds"]));
    for (const { passages } of [one, other]) {
      const found = await passages.search({ tenant, text: "refunds", vector: east, limit: 3 });
      expect(found.byVector).toHaveLength(1);
    }
  });

  it("replaces a document of 1,000 passages wholly", async () => {
    const tenant = `t-${randomUUID()}`;
    const { passages } = await open(url);
    const texts = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${name} ${index}`);
    await passages.replaceDocument(document(tenant, texts("old", 1_000)));
    expect(await passages.count(tenant)).toBe(1_000);
    await passages.replaceDocument(document(tenant, texts("new", 450)));
    expect(await passages.count(tenant)).toBe(450);
    const found = await passages.search({ tenant, text: "old", vector: east, limit: 3 });
    expect(found.byText).toEqual([]);
  });

  it("writes and asks for many passages in steps that let others in, and waits where one was late", async () => {
    const tenant = `t-${randomUUID()}`;
    const connection = await openRedis(url);
    const calls: string[][] = [];
    let isUp = true;
    const busy: RedisConnection = {
      ...connection,
      get isUp() {
        return isUp;
      },
      async run(work, options) {
        if (!isUp) throw new RedisUnavailable("it is not connected", { mayHaveHappened: false });
        const commands: string[] = [];
        calls.push(commands);
        const value = await connection.run((client) => work(watched(client, commands)), options);
        // Someone else's call was late beside this one.
        isUp = !commands.includes("hSet");
        return value;
      },
      async untilUp() {
        isUp = true;
        return true;
      },
    };
    const { passages } = await open(url, { connection: busy });
    const texts = Array.from({ length: 1_200 }, (_, index) => `text ${index}`);
    await passages.replaceDocument(document(tenant, texts));
    isUp = true;
    expect((await passages.idsOf({ tenant, documentId: "help" })).size).toBe(1_200);
    const most = (name: string) =>
      Math.max(...calls.map((commands) => commands.filter((one) => one === name).length));
    expect(most("hSet")).toBeLessThanOrEqual(25);
    expect(most("hExists")).toBeLessThanOrEqual(500);
  });

  it("leaves keys without a lease only under the names that may have none", async () => {
    const tenant = `t-${randomUUID()}`;
    const { passages } = await open(url);
    await passages.replaceDocument(document(tenant, ["refunds"]));
    const client = await openPlainClient(url);
    const keys = (await client.keys(`*${tenant}*`)).sort();
    const version = `index:knowledge:${tenant}`;
    expect(keys).toEqual([`document:${tenant}:help`, version, `passage:${tenant}:psg_refunds`]);
    await passages.removeDocument({ tenant, documentId: "help" });
    expect(await client.keys(`*${tenant}*`)).toEqual([version]);
  });
});

it("does not take lost data for a tenant without documents", async ({ skip }) => {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  let lost = 0;
  const one = await open(redis.url, { onLost: () => (lost += 1) });
  const other = await open(redis.url, { onLost: () => (lost += 1) });
  const query = { tenant: "acme", text: "refunds", vector: east, limit: 3 };
  expect(await other.passages.search(query)).toEqual({ byVector: [], byText: [] });
  await one.passages.replaceDocument(document("acme", ["refunds"]));
  await one.connection.run((client) => client.flushAll());
  for (const { passages } of [one, other]) {
    await expect(passages.search(query)).rejects.toMatchObject({ code: "not_ready" });
    await expect(passages.count("acme")).rejects.toMatchObject({ code: "not_ready" });
  }
  expect(lost).toBe(4);
  // Who fills the index names the data first; whoever has not looked since cannot know that it is whole.
  await one.dataSet.look();
  await one.passages.replaceDocument(document("acme", ["refunds"]));
  expect((await one.passages.search(query)).byText).toHaveLength(1);
  await expect(other.passages.search(query)).rejects.toMatchObject({ code: "not_ready" });
  await other.dataSet.look();
  expect((await other.passages.search(query)).byText).toHaveLength(1);
});
