import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRedisHistory } from "../../src/history/redis-history.ts";
import type { ChatMessage } from "../../src/history/types.ts";
import { describeChatHistory } from "../contracts/chat-history.ts";
import {
  openPlainClient,
  openRedis,
  realTime,
  sharedRedisUrl,
  startOwnRedis,
} from "../support/redis.ts";

const LIMITS = { maxMessages: 20, ttlSeconds: 86_400 };
const turnOf = (name: string): ChatMessage[] => [
  { role: "user", content: `question ${name}` },
  { role: "assistant", content: `answer ${name}` },
];
const said = (messages: readonly ChatMessage[]) =>
  messages.filter(({ role }) => role === "user").map(({ content }) => content.slice(9));

async function openHistory(url: string, options: { deadlineMs?: number } = {}) {
  const connection = await openRedis(url, options);
  const history = createRedisHistory({ connection, limits: LIMITS, now: realTime.now });
  onTestFinished(() => history.close());
  return { connection, history };
}

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";

  describeChatHistory("Redis", async ({ limits }) => {
    const connection = await openRedis(url);
    return {
      history: createRedisHistory({ connection, limits, now: realTime.now }),
      time: realTime,
    };
  });

  it("is the documented list with its TTL, readable by other programs", async () => {
    const { history } = await openHistory(url);
    const client = await openPlainClient(url);
    const conversationId = randomUUID();
    await history.append({ tenant: "default", conversationId }, turnOf("one"));
    const key = `chat:${conversationId}`;
    expect(await client.lRange(key, 0, -1)).toEqual(turnOf("one").map((m) => JSON.stringify(m)));
    expect(await client.ttl(key)).toBeGreaterThan(86_390);
  });

  it("reads messages pushed by other programs, and skips invalid items", async () => {
    const { history } = await openHistory(url);
    const client = await openPlainClient(url);
    const conversationId = randomUUID();
    const items = ['{"content": "caf\\u00e9", "role": "user"}', "no JSON", '{"role":"robot"}'];
    await client.rPush(`chat:${conversationId}`, items);
    const window = await history.read({ tenant: "default", conversationId });
    expect(window).toEqual([{ role: "user", content: "café" }]);
  });

  it("keeps turns whole when two processes append concurrently", async () => {
    const one = await openHistory(url);
    const two = await openHistory(url);
    const key = { tenant: "default", conversationId: randomUUID() };
    const names = Array.from({ length: 10 }, (_, index) => String(index));
    await Promise.all(
      names.map((name, index) => (index % 2 === 0 ? one : two).history.append(key, turnOf(name))),
    );
    const window = await one.history.read(key);
    expect(window).toEqual(said(window).flatMap(turnOf));
    expect(said(window).sort()).toEqual(names);
  });
});

describe("history while Redis is unavailable", () => {
  it("buffers turns and adds them with the next turn, in order", async ({ skip }) => {
    const redis = (await startOwnRedis(["--appendonly", "yes"])) ?? skip("no redis-server program");
    const { connection, history } = await openHistory(redis.url);
    const key = { tenant: "default", conversationId: "c1" };
    await history.append(key, turnOf("before"));
    await redis.kill();
    await expect(history.append(key, turnOf("while 1"))).rejects.toThrow();
    await expect(history.append(key, turnOf("while 2"))).rejects.toThrow();
    await expect(history.read(key)).rejects.toThrow();
    expect(said(history.recall(key))).toEqual(["before", "while 1", "while 2"]);
    await redis.start();
    await connection.untilUp(10_000);
    await history.append(key, turnOf("after"));
    expect(said(await history.read(key))).toEqual(["before", "while 1", "while 2", "after"]);
    await history.reconcile({ dataLost: false });
    expect(await history.read(key)).toHaveLength(8);
  });

  it("adds a turn once when it is unknown whether Redis stored it", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const { connection, history } = await openHistory(redis.url, { deadlineMs: 200 });
    const key = { tenant: "default", conversationId: "c1" };
    await history.append(key, turnOf("before"));
    redis.freeze();
    const unsure = expect(history.append(key, turnOf("unsure"))).rejects.toMatchObject({
      mayHaveHappened: true,
    });
    await unsure;
    redis.thaw();
    await connection.untilUp(10_000);
    await history.reconcile({ dataLost: false });
    expect(said(await history.read(key))).toEqual(["before", "unsure"]);
  });

  it("restores every window when Redis lost its data", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const [one, two] = [await openHistory(redis.url), await openHistory(redis.url)];
    const key = { tenant: "acme", conversationId: "c1" };
    await one.history.append(key, turnOf("1"));
    await two.history.read(key);
    await two.history.append(key, turnOf("2"));
    const client = await openPlainClient(redis.url);
    await client.flushAll();
    // The one that knows less comes first; the other adds what is missing, and nothing twice.
    await one.history.reconcile({ dataLost: true });
    await two.history.reconcile({ dataLost: true });
    await one.history.reconcile({ dataLost: true });
    expect(said(await one.history.read(key))).toEqual(["1", "2"]);
    expect(await client.ttl("chat:acme:c1")).toBeGreaterThan(86_390);
  });

  it("does not restore a conversation that has continued elsewhere", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const { history } = await openHistory(redis.url);
    const key = { tenant: "default", conversationId: "c1" };
    await history.append(key, turnOf("old"));
    const client = await openPlainClient(redis.url);
    await client.flushAll();
    await client.rPush("chat:c1", '{"role":"user","content":"question new"}');
    await history.reconcile({ dataLost: true });
    expect(said(await history.read(key))).toEqual(["new"]);
  });

  it("drops buffered turns when the conversation is deleted", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const { connection, history } = await openHistory(redis.url);
    const key = { tenant: "default", conversationId: "c1" };
    await redis.kill();
    await expect(history.append(key, turnOf("lost"))).rejects.toThrow();
    await expect(history.remove(key)).rejects.toMatchObject({ code: "not_ready" });
    await redis.start();
    await connection.untilUp(10_000);
    await history.reconcile({ dataLost: true });
    expect(await history.read(key)).toEqual([]);
  });
});
