import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RateLimiter } from "../../src/operations/types.ts";
import type { TestTime } from "../support/fake-clock.ts";

type Open = (options: {
  /** Requests allowed in the window. */
  limit: number;
  windowMs: number;
}) => Promise<{ limiter: RateLimiter; time: TestTime }>;

/** What every rate limiter promises. `open` gives a fresh one; callers are random. */
export function describeRateLimiter(name: string, open: Open): void {
  async function begin(options: { limit: number; windowMs?: number }) {
    const { limiter, time } = await open({ windowMs: 60_000, ...options });
    onTestFinished(() => limiter.close());
    const caller = { tenant: `tenant-${randomUUID()}`, key: randomUUID() };
    return { limiter, time, caller };
  }

  describe(`rate limiter: ${name}`, () => {
    it("counts down to zero, then rejects", async () => {
      const { limiter, caller } = await begin({ limit: 3 });
      for (const remaining of [2, 1, 0]) {
        expect(await limiter.take(caller)).toMatchObject({ allowed: true, limit: 3, remaining });
      }
      expect(await limiter.take(caller)).toMatchObject({ allowed: false, limit: 3, remaining: 0 });
    });

    it("allows exactly the limit of 50 concurrent requests", async () => {
      const { limiter, caller } = await begin({ limit: 20 });
      const verdicts = await Promise.all(Array.from({ length: 50 }, () => limiter.take(caller)));
      const allowed = verdicts.filter((verdict) => verdict.allowed);
      const left = allowed.map(({ remaining }) => remaining).sort((one, other) => one - other);
      expect(left).toEqual(Array.from({ length: 20 }, (_, index) => index));
    });

    it("slides: capacity returns request by request, and rejected requests use none", async () => {
      const { limiter, time, caller } = await begin({ limit: 2, windowMs: 2000 });
      await limiter.take(caller);
      await time.advance(1200);
      await limiter.take(caller);
      for (let tries = 0; tries < 5; tries += 1) {
        expect((await limiter.take(caller)).allowed).toBe(false);
      }
      await time.advance(1000);
      expect((await limiter.take(caller)).allowed).toBe(true);
      expect((await limiter.take(caller)).allowed).toBe(false);
    });

    it("reports when a request is allowed again, or when the window is empty", async () => {
      const { limiter, time, caller } = await begin({ limit: 2, windowMs: 60_000 });
      const margin = time.realTime ? 10_000 : 0;
      const expectAbout = (resetMs: number, expected: number) => {
        expect(resetMs).toBeLessThanOrEqual(expected);
        expect(resetMs).toBeGreaterThanOrEqual(expected - margin);
      };
      expectAbout((await limiter.take(caller)).resetMs, 60_000);
      await time.advance(500);
      expectAbout((await limiter.take(caller)).resetMs, 59_500);
      await time.advance(500);
      expectAbout((await limiter.take(caller)).resetMs, 59_000);
    });

    it("separates callers and tenants, whatever their names", async () => {
      const { limiter, caller } = await begin({ limit: 1 });
      const { tenant, key } = caller;
      const callers = [
        caller,
        { tenant: key, key: tenant },
        { tenant: `${tenant}:${key}`, key: "x" },
        { tenant, key: `${key}:x` },
        { tenant: `${tenant}*`, key },
        { tenant: `{${tenant}}`, key: `${key}|"'\n` },
      ];
      for (const each of callers) expect((await limiter.take(each)).allowed).toBe(true);
      for (const each of callers) expect((await limiter.take(each)).allowed).toBe(false);
    });
  });
}
