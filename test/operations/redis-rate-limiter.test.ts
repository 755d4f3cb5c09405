import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createRedisRateLimiter } from "../../src/operations/redis-rate-limiter.ts";
import { describeRateLimiter } from "../contracts/rate-limiter.ts";
import { openPlainClient, openRedis, realTime, sharedRedisUrl } from "../support/redis.ts";

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";

  describeRateLimiter("Redis", async ({ limit, windowMs }) => {
    const connection = await openRedis(url);
    return { limiter: createRedisRateLimiter({ connection, limit, windowMs }), time: realTime };
  });

  it("counts a caller across two replicas", async () => {
    const caller = { tenant: "acme", key: randomUUID() };
    const open = async () =>
      createRedisRateLimiter({ connection: await openRedis(url), limit: 10 });
    const [one, two] = [await open(), await open()];
    const taking = Array.from({ length: 15 }, () => [one.take(caller), two.take(caller)]);
    const verdicts = await Promise.all(taking.flat());
    expect(verdicts.filter((verdict) => verdict.allowed)).toHaveLength(10);
    const client = await openPlainClient(url);
    expect(await client.pTTL(`rate:acme:${caller.key}`)).toBeGreaterThan(0);
  });
});
