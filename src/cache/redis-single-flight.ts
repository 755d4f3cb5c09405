import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { RedisConnection } from "../redis/connection.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import { answerEntrySchema } from "./answer-entry-schema.ts";
import type { Flight, FlightOutcome, SingleFlight } from "./types.ts";

/** Poll intervals of followers, in milliseconds: the first, and the maximum. */
const FIRST_LOOK_MS = 20;
const LONGEST_PAUSE_MS = 100;
/**
 * TTL of a leader's lock, renewed while the leader works. If the leader is lost or cannot report its result, its
 * followers wait at most this long.
 */
const LEASE_MS = 5_000;
const RENEW_MS = 1_500;
/** TTL of a flight's result, in milliseconds. */
const RESULT_TTL_MS = 10_000;

/**
 * Finishes a flight. KEYS: its lock, its result. ARGV: the leader's token, the outcome, the TTL of
 * the result. Ignored if the leader's lock has expired or belongs to another leader.
 */
const FINISH = defineScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  return 1
`);

/** Renews a leader's lease. KEYS: its lock. ARGV: the leader's token, the lease. */
const RENEW = defineScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

const outcomeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("answered"), entry: answerEntrySchema }),
  z.object({
    kind: z.literal("failed"),
    code: z.string(),
    message: z.string(),
    retryAfterSeconds: z.number().optional(),
  }),
  z.object({ kind: z.literal("abandoned") }),
]);

/**
 * Joins equal questions of all replicas. `local` joins those of this process; a Redis lock with an owner token
 * joins the processes. If Redis is unavailable, each process leads its own flight.
 */
export function createRedisSingleFlight({
  connection,
  local,
}: {
  connection: RedisConnection;
  local: SingleFlight;
}): SingleFlight {
  return {
    async join(key, options) {
      const here = await local.join(key, options);
      if (here.role === "follower") return here;
      const there = await joinOthers(connection, key, options).catch(async (error: unknown) => {
        await here.finish({ kind: "abandoned" });
        throw error;
      });
      if (there.role === "follower") {
        await here.finish(there.outcome);
        return there;
      }
      return {
        role: "leader",
        async finish(outcome) {
          await here.finish(outcome);
          await there.finish(outcome);
        },
      };
    },
    close: () => local.close(),
  };
}

const ALONE: Flight = { role: "leader", finish: async () => {} };

async function joinOthers(
  connection: RedisConnection,
  key: string,
  { maxFlightMs, signal }: { maxFlightMs: number; signal?: AbortSignal | undefined },
): Promise<Flight> {
  const lock = redisKeys.flight(key);
  const token = randomUUID();
  try {
    const owner = await connection.run((client) =>
      client.set(lock, token, {
        condition: "NX",
        GET: true,
        expiration: { type: "PX", value: Math.min(LEASE_MS, maxFlightMs) },
      }),
    );
    if (owner !== null) return await follow(connection, key, owner, { maxFlightMs, signal });
  } catch (error) {
    if (error instanceof RedisUnavailable) return ALONE;
    throw error;
  }
  const stopRenewing = renewLease(connection, lock, token, maxFlightMs);
  return {
    role: "leader",
    async finish(outcome) {
      stopRenewing();
      const keys = [lock, redisKeys.flightResult(key, token)];
      const values = [token, JSON.stringify(outcome), String(RESULT_TTL_MS)];
      // If Redis is unavailable, the lock expires and the followers retry.
      await connection
        .run((client) => runScript(client, FINISH, keys, values))
        .catch(() => undefined);
    },
  };
}

/** Renews the lease until stopped or until the maximum duration of a flight. Returns the stop function. */
function renewLease(
  connection: RedisConnection,
  lock: string,
  token: string,
  maxFlightMs: number,
): () => void {
  const deadline = Date.now() + maxFlightMs;
  const timer = setInterval(() => {
    const left = deadline - Date.now();
    if (left <= 0) return clearInterval(timer);
    const values = [token, String(Math.ceil(Math.min(LEASE_MS, left)))];
    connection.run((client) => runScript(client, RENEW, [lock], values)).catch(() => undefined);
  }, RENEW_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Polls for the result of `owner`. If the lock is gone without a result, the leader was lost. */
async function follow(
  connection: RedisConnection,
  key: string,
  owner: string,
  { maxFlightMs, signal }: { maxFlightMs: number; signal: AbortSignal | undefined },
): Promise<Flight> {
  const deadline = Date.now() + maxFlightMs;
  let pause = FIRST_LOOK_MS;
  while (Date.now() < deadline) {
    await sleep(pause, undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    const [holder, result] = await connection.run((client) =>
      Promise.all([
        client.get(redisKeys.flight(key)),
        client.get(redisKeys.flightResult(key, owner)),
      ]),
    );
    if (result !== null) return { role: "follower", outcome: parseOutcome(result) };
    if (holder !== owner) break;
  }
  return { role: "follower", outcome: { kind: "abandoned" } };
}

function parseOutcome(text: string): FlightOutcome {
  const parsed = outcomeSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : { kind: "abandoned" };
}
