import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import type { RateLimiter } from "./types.ts";

/**
 * Counts a request if the window has capacity, atomically and by Redis's clock, so that replicas
 * agree. KEYS: the sorted set of the caller's requests by time in microseconds. ARGV: maximum
 * requests, window in milliseconds, a unique name of this request. Returns whether it is allowed,
 * the number of requests in the window, and the milliseconds until capacity is free (if allowed,
 * until the window is empty).
 */
const TAKE = defineScript(`
  local clock = redis.call('TIME')
  local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
  local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  local taken = redis.call('ZCARD', KEYS[1])
  local allowed = 0
  if taken < limit then
    allowed = 1
    taken = taken + 1
    redis.call('ZADD', KEYS[1], now, ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  local place = 0
  if taken < limit then place = -1 end
  local edge = redis.call('ZRANGE', KEYS[1], place, place, 'WITHSCORES')
  return {allowed, taken, math.ceil((tonumber(edge[2]) + window - now) / 1000)}
`);

const taken = z.tuple([z.number(), z.number(), z.number()]);

/**
 * A sliding-window rate limiter shared by all replicas.
 *
 * @param options `limit` requests per `windowMs`, one minute by default
 */
export function createRedisRateLimiter({
  connection,
  limit,
  windowMs = 60_000,
}: {
  connection: RedisConnection;
  limit: number;
  windowMs?: number | undefined;
}): RateLimiter {
  return {
    async take({ tenant, key }) {
      const values = [String(limit), String(windowMs), randomUUID()];
      const keys = [redisKeys.rate(tenant, key)];
      const reply = await connection.run((client) => runScript(client, TAKE, keys, values));
      const [allowed, used, resetMs] = taken.parse(reply);
      return { allowed: allowed === 1, limit, remaining: limit - used, resetMs };
    },
    async close() {},
  };
}
