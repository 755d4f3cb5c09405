import { describe, expect, it } from "vitest";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";

const RESET = "How do I reset my password?";
const REFUNDS = "When are refunds paid?";
/** In which Redis is to be back with all that belongs into it. */
const BACK_MS = 10_000;

async function open({ skip }: { skip: (note: string) => never }, settings: string[] = []) {
  return (await startOwnRedis(settings)) ?? skip("no redis-server program");
}

const said = (window: { role: string; content: string }[]) =>
  window.filter(({ role }) => role === "user").map(({ content }) => content);

// Each test starts a whole service or two.
describe("a service whose Redis", { timeout: 60_000 }, () => {
  it("is absent at start is ready, answers from documents, and serves hits once Redis is up", async (context) => {
    const redis = await open(context);
    await redis.kill();
    const { call, chat, untilHit } = await startOnRedis(redis.url);
    const ready = await call("GET", "/readyz");
    expect(ready.status).toBe(200);
    expect(ready.json).toEqual({
      status: "ok",
      parts: { documents: "ok", database: "ok", redis: "away" },
    });

    const reply = await chat(RESET, { conversation_id: "c1" });
    expect(reply.answer).toMatch(/Settings/);
    expect(reply.citations).toHaveLength(1);
    expect(reply.cache).toMatchObject({ status: "miss", reasons: ["cache-unavailable"] });
    expect(reply.degraded).toEqual(["history", "cache"]);
    const { text } = await call("GET", "/metrics");
    expect(text).toMatch(/^reprise_redis_up 0$/m);
    expect(text).toMatch(/^reprise_degraded_total\{part="cache"\} [1-9]/m);
    expect(text).toMatch(/^reprise_degraded_total\{part="retrieval"\} 1$/m);

    await redis.start();
    expect((await untilHit(RESET)).citations).toHaveLength(1);
    await expect
      .poll(async () => (await call("GET", "/readyz")).json.parts.redis, { timeout: BACK_MS })
      .toBe("ok");
    const { json } = await call("GET", "/v1/conversations/c1");
    expect(said(json.window)).toEqual([RESET]);
  });

  it("is killed and returns empty keeps answers, hits, passages and conversations working", async (context) => {
    const redis = await open(context);
    const { call, chat, untilHit } = await startOnRedis(redis.url);
    await chat(RESET, { conversation_id: "c1" });
    expect((await chat(RESET, { conversation_id: "c1" })).cache.status).toBe("hit");

    await redis.kill();
    const away = await chat(REFUNDS, { conversation_id: "c1" });
    expect(away.answer).toMatch(/30 days/);
    expect(away.degraded).toContain("cache");
    expect(away.degraded).toContain("history");
    const only = await call("POST", "/v1/chat", { message: RESET, cache: { mode: "only" } });
    expect([only.status, only.json.error.code]).toEqual([404, "not_cached"]);

    await redis.start();
    const again = await untilHit(RESET);
    expect(again.citations).toHaveLength(1);
    expect(again.degraded).toEqual([]);
    await expect
      .poll(async () => said((await call("GET", "/v1/conversations/c1")).json.window ?? []))
      .toEqual([RESET, RESET, REFUNDS]);
    const client = await openPlainClient(redis.url);
    expect(await client.lLen("chat:c1")).toBe(6);
    expect(await client.ttl("chat:c1")).toBeGreaterThan(86_300);
  });

  it("is frozen waits for it once, not on each call", async (context) => {
    const redis = await open(context);
    const { chat, untilHit } = await startOnRedis(redis.url);
    await chat(RESET, { conversation_id: "c1" });
    const client = await openPlainClient(redis.url);
    await client.configResetStat();
    redis.freeze();
    const first = await chat(RESET, { conversation_id: "c1" });
    expect(first.answer).toMatch(/Settings/);
    expect(first.degraded).toEqual(["history", "cache"]);
    const second = await chat(REFUNDS, { conversation_id: "c1" });
    expect(second.answer).toMatch(/30 days/);
    redis.thaw();
    // What was sent waited in the socket and is done now.
    const calls = await client.info("commandstats");
    const reads = [...calls.matchAll(/^cmdstat_(?:lrange|hget|FT\.SEARCH):calls=(\d+)/gim)];
    expect(reads.reduce((sum, [, count]) => sum + Number(count), 0)).toBeLessThanOrEqual(1);
    await untilHit(RESET, { conversation_id: "c1" });
  });

  it("is flushed restores indexes, passages and conversations, and stores new answers", async (context) => {
    const redis = await open(context);
    const { call, chat, untilHit } = await startOnRedis(redis.url);
    await chat(RESET, { conversation_id: "c1" });
    const client = await openPlainClient(redis.url);
    const passages = async () => (await client.keys("passage:*")).length;
    const before = await passages();
    expect(before).toBeGreaterThan(0);

    await client.flushAll();
    const during = await chat(RESET);
    expect(during.cache.status).toBe("miss");
    expect(during.citations).toHaveLength(1);
    // Nobody asks meanwhile: the loss is seen all the same.
    await expect.poll(passages, { timeout: BACK_MS }).toBe(before);
    await untilHit(RESET);
    expect((await call("POST", "/v1/search", { query: "refunds" })).json.passages).not.toEqual([]);
    expect(said((await call("GET", "/v1/conversations/c1")).json.window)).toEqual([RESET]);
  });

  it("is read-only still serves cached answers, and writes the turns later", async (context) => {
    const redis = await open(context);
    const { chat } = await startOnRedis(redis.url);
    await chat(RESET, { conversation_id: "c1" });
    const client = await openPlainClient(redis.url);
    await client.sendCommand(["REPLICAOF", "127.0.0.1", "1"]);
    const hit = await chat(RESET, { conversation_id: "c1" });
    expect(hit.cache.status).toBe("hit");
    expect(hit.degraded).toEqual(["history"]);
    const fresh = await chat(REFUNDS, { conversation_id: "c1" });
    expect(fresh.answer).toMatch(/30 days/);
    expect(fresh.degraded).toContain("cache");

    await client.sendCommand(["REPLICAOF", "NO", "ONE"]);
    await expect.poll(() => client.lLen("chat:c1"), { timeout: BACK_MS }).toBe(6);
    await chat(REFUNDS);
    expect((await chat(REFUNDS)).cache.status).toBe("hit");
  });

  it("is full continues answering, and stores again when there is space", async (context) => {
    const redis = await open(context);
    const { chat } = await startOnRedis(redis.url);
    await chat(RESET, { conversation_id: "c1" });
    const client = await openPlainClient(redis.url);
    await client.configSet("maxmemory", "1mb");
    await expect.poll(() => client.set("full", "?").catch(() => "full")).toBe("full");
    const fresh = await chat(REFUNDS, { conversation_id: "c1" });
    expect(fresh.answer).toMatch(/30 days/);
    expect(fresh.citations).toHaveLength(1);
    expect(fresh.degraded).toContain("cache");
    expect((await chat(RESET)).cache.status).toBe("hit");

    await client.configSet("maxmemory", "0");
    await expect.poll(() => client.lLen("chat:c1"), { timeout: BACK_MS }).toBe(4);
    await chat(REFUNDS);
    expect((await chat(REFUNDS)).cache.status).toBe("hit");
  });

  it("is unavailable rejects document changes, and accepts them when it is back", async (context) => {
    const redis = await open(context);
    const { call, untilHit, chat } = await startOnRedis(redis.url);
    const hours = { title: "Hours", text: "We open at 9 in the morning." };
    expect((await call("PUT", "/v1/documents/hours", hours)).status).toBe(201);
    await chat("When do you open in the morning?");
    await redis.kill();
    const changed = { title: "Hours", text: "We open at 8 in the morning." };
    const refused = await call("PUT", "/v1/documents/hours", changed);
    expect([refused.status, refused.json.error.code]).toEqual([503, "not_ready"]);
    expect((await call("GET", "/v1/documents/hours")).json.text).toBe(hours.text);
    expect((await chat("When do you open in the morning?")).answer).toContain("at 9");

    await redis.start();
    await untilHit("When do you open in the morning?");
    const done = await call("PUT", "/v1/documents/hours", changed);
    expect(done.json.invalidated_answers).toBe(1);
    expect((await chat("When do you open in the morning?")).answer).toContain("at 8");
  });

  it("outlived another database removes what this database does not have", async (context) => {
    const redis = await open(context, ["--appendonly", "yes", "--appendfsync", "always"]);
    const first = await startOnRedis(redis.url);
    await first.call("PUT", "/v1/documents/hours", { title: "Hours", text: "We open at 9 daily." });
    await first.chat("When do you open daily?");
    // Alive it would bring Redis in line with its own record, as it should.
    await first.close();
    await redis.kill();
    await redis.start();
    // Its record is a new one, without that document.
    const second = await startOnRedis(redis.url);
    const found = await second.call("POST", "/v1/search", { query: "open daily" });
    expect(found.json.passages.map((each: any) => each.document_id)).not.toContain("hours");
    expect((await second.chat("When do you open daily?")).cache.status).toBe("miss");
    expect((await second.chat(RESET)).citations).toHaveLength(1);
  });
});
