import { LRUCache } from "lru-cache";
import type { Clock, RateLimiter } from "./types.ts";

/**
 * A sliding-window rate limiter in this process.
 *
 * @param windowMs default one minute
 * @param maxCallers default 100,000; the caller idle longest is dropped first
 */
export function createMemoryRateLimiter({
  limit,
  windowMs = 60_000,
  now,
  maxCallers = 100_000,
}: {
  limit: number;
  windowMs?: number;
  now: Clock;
  maxCallers?: number;
}): RateLimiter {
  const callers = new LRUCache<string, number[]>({ max: maxCallers });

  return {
    async take({ tenant, key }) {
      const caller = JSON.stringify([tenant, key]);
      const time = now();
      const times = (callers.get(caller) ?? []).filter((taken) => taken > time - windowMs);
      const allowed = times.length < limit;
      if (allowed) times.push(time);
      callers.set(caller, times);
      const oldest = times[0] ?? time;
      const newest = times[times.length - 1] ?? time;
      return {
        allowed,
        limit,
        remaining: limit - times.length,
        resetMs: (times.length < limit ? newest : oldest) + windowMs - time,
      };
    },
    async close() {
      callers.clear();
    },
  };
}
