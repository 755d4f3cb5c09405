import { describe, expect, it, onTestFinished } from "vitest";
import { connectRedis } from "../../src/redis/connection.ts";
import { RedisUnavailable } from "../../src/redis/redis-unavailable.ts";
import { redisKeys } from "../../src/redis/redis-keys.ts";
import { freePort } from "../../scripts/ports.ts";
import { openRedis, startOwnRedis } from "../support/redis.ts";

describe("a connection to Redis", () => {
  it("fails at once with a helpful error while Redis is absent", async () => {
    const connection = connectRedis({ url: `redis://127.0.0.1:${await freePort()}` });
    onTestFinished(() => connection.close());
    const run = connection.run((client) => client.ping());
    await expect(run).rejects.toMatchObject({ code: "not_ready", mayHaveHappened: false });
    expect(await connection.untilUp(100)).toBe(false);
  });

  it("reconnects after Redis was killed, and reports both", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const connection = await openRedis(redis.url);
    const changes: boolean[] = [];
    connection.onChange((isUp) => changes.push(isUp));
    await redis.kill();
    await expect(connection.run((client) => client.ping())).rejects.toThrow(RedisUnavailable);
    await redis.start();
    expect(await connection.untilUp(10_000)).toBe(true);
    expect(await connection.run((client) => client.ping())).toBe("PONG");
    expect(changes).toEqual([true, false, true]);
  });

  it("waits for a frozen Redis once, then fails at once until it answers", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const connection = await openRedis(redis.url, { deadlineMs: 200 });
    redis.freeze();
    const late = connection.run((client) => client.incr("n"));
    await expect(late).rejects.toMatchObject({ mayHaveHappened: true });
    let sent = 0;
    const next = connection.run(async (client) => {
      sent += 1;
      return client.incr("n");
    });
    await expect(next).rejects.toMatchObject({ mayHaveHappened: false });
    expect(sent).toBe(0);
    redis.thaw();
    expect(await connection.untilUp(10_000)).toBe(true);
    // The late command was done after all: that is what `mayHaveHappened` warned of.
    expect(await connection.run((client) => client.get("n"))).toBe("1");
  });

  it("rethrows Redis's own errors and stays up", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const connection = await openRedis(redis.url);
    await connection.run((client) => client.set("text", "x"));
    await expect(connection.run((client) => client.lLen("text"))).rejects.toThrow(/WRONGTYPE/);
    expect(connection.isUp).toBe(true);
  });
});

describe("key names", () => {
  it("keep the documented format for plain ids", () => {
    expect(redisKeys.window("default", "c-1_A")).toBe("chat:c-1_A");
    expect(redisKeys.window("acme", "c1")).toBe("chat:acme:c1");
  });

  it("never collide, whatever the ids contain", () => {
    const names = ["a", "b", "a:b", "b:a", "*", "{a}", "a%3Ab", "é", " ", "\0", "\uD800"];
    const keys = names.flatMap((one) => names.map((other) => redisKeys.window(one, other)));
    expect(new Set(keys).size).toBe(names.length ** 2);
    for (const key of keys) expect(key).toMatch(/^chat:[\w%.!'()~-]*:[\w%.!'()~-]*$/);
  });
});
