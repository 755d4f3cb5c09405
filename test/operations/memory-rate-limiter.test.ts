import { describe, expect, it } from "vitest";
import { createMemoryRateLimiter } from "../../src/operations/memory-rate-limiter.ts";
import { describeRateLimiter } from "../contracts/rate-limiter.ts";
import { createFakeClock } from "../support/fake-clock.ts";

describeRateLimiter("in process", async (options) => {
  const time = createFakeClock();
  return { limiter: createMemoryRateLimiter({ ...options, now: time.now }), time };
});

describe("rate limiter in process", () => {
  it("drops the caller idle longest at its limit of callers", async () => {
    const { now } = createFakeClock();
    const limiter = createMemoryRateLimiter({ limit: 1, now, maxCallers: 2 });
    for (const key of ["one", "two", "three"]) await limiter.take({ tenant: "acme", key });
    expect((await limiter.take({ tenant: "acme", key: "three" })).allowed).toBe(false);
    expect((await limiter.take({ tenant: "acme", key: "one" })).allowed).toBe(true);
  });
});
