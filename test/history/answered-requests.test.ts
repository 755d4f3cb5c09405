import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createMemoryAnsweredRequests } from "../../src/history/answered-requests.ts";
import { createRedisAnsweredRequests } from "../../src/history/redis-answered-requests.ts";
import { describeAnsweredRequests } from "../contracts/answered-requests.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openPlainClient, openRedis, sharedRedisUrl } from "../support/redis.ts";

const DAY_SECONDS = 86_400;

describeAnsweredRequests("in process", async () =>
  createMemoryAnsweredRequests({ now: createFakeClock().now }),
);

it("in this process are forgotten after a day, and the oldest when there are too many", async () => {
  const time = createFakeClock();
  const requests = createMemoryAnsweredRequests({ now: time.now, maxRequests: 2 });
  for (const hash of ["1", "2", "3"]) await requests.note({ tenant: "t", hash }, "m");
  expect(await requests.find({ tenant: "t", hash: "1" })).toBeUndefined();
  expect(await requests.find({ tenant: "t", hash: "3" })).toBe("m");
  await time.advance(DAY_SECONDS * 1000);
  expect(await requests.find({ tenant: "t", hash: "3" })).toBeUndefined();
});

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";
  describeAnsweredRequests("Redis", async () => createRedisAnsweredRequests(await openRedis(url)));

  it("are leased for a day", async () => {
    const requests = createRedisAnsweredRequests(await openRedis(url));
    const tenant = `t-${randomUUID()}`;
    await requests.note({ tenant, hash: "1" }, "m");
    const left = await (await openPlainClient(url)).ttl(`answered:${tenant}:1`);
    expect(left).toBeGreaterThan(DAY_SECONDS - 60);
    expect(left).toBeLessThanOrEqual(DAY_SECONDS);
  });
});
