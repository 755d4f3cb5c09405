import { expect, it } from "vitest";
import { createMemoryProfileCache } from "../../src/profiles/memory-profile-cache.ts";
import { createRedisProfileCache } from "../../src/profiles/redis-profile-cache.ts";
import { describeProfileCache } from "../contracts/profile-cache.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openPlainClient, openRedis, sharedRedisUrl } from "../support/redis.ts";

const GOLD = { profile: { plan: "gold" }, owner: null };

describeProfileCache("memory", async () =>
  createMemoryProfileCache({ now: createFakeClock().now }),
);
if (sharedRedisUrl !== undefined) {
  describeProfileCache("Redis", async () =>
    createRedisProfileCache(await openRedis(sharedRedisUrl ?? "")),
  );
}

it("keeps a profile in memory for five minutes, and a missing one for 30 seconds", async () => {
  const time = createFakeClock();
  const cache = createMemoryProfileCache({ now: time.now });
  const ann = { tenant: "acme", userId: "ann" };
  const bob = { tenant: "acme", userId: "bob" };
  await cache.keep(ann, await cache.announce(ann), GOLD);
  await cache.keep(bob, await cache.announce(bob), undefined);
  await time.advance(29_999);
  expect(await cache.get(bob)).toEqual({ stored: undefined });
  await time.advance(1);
  expect(await cache.get(bob)).toBeUndefined();
  await time.advance(269_999);
  expect(await cache.get(ann)).toEqual({ stored: GOLD });
  await time.advance(1);
  expect(await cache.get(ann)).toBeUndefined();
});

it.skipIf(sharedRedisUrl === undefined)(
  "writes a hash with a TTL that other programs can read",
  async () => {
    const cache = createRedisProfileCache(await openRedis(sharedRedisUrl ?? ""));
    const client = await openPlainClient(sharedRedisUrl ?? "");
    const key = { tenant: "default", userId: `u-${Math.random().toString(36).slice(2)}` };
    const stored = { profile: { plan: "gold", seats: 2 }, owner: "key:web" };
    await cache.keep(key, await cache.announce(key), stored);
    const hash = `user:default:${key.userId}`;
    expect(await client.hGet(hash, "plan")).toBe("gold");
    expect(await client.hGet(hash, "seats")).toBe("2");
    const ttl = await client.ttl(hash);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(300);
    await cache.remove(key);
    expect(await client.exists([hash, `filling-user:default:${key.userId}`])).toBe(0);
  },
);
