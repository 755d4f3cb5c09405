import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createMemorySingleFlight } from "../../src/cache/memory-single-flight.ts";
import { createRedisSingleFlight } from "../../src/cache/redis-single-flight.ts";
import { createRedisHistory } from "../../src/history/redis-history.ts";
import { createRedisRateLimiter } from "../../src/operations/redis-rate-limiter.ts";
import { redisKeys } from "../../src/redis/redis-keys.ts";
import { describeChatHistory } from "../contracts/chat-history.ts";
import { describeRateLimiter } from "../contracts/rate-limiter.ts";
import { describeSingleFlight } from "../contracts/single-flight.ts";
import { realTime } from "../support/redis.ts";
import { startCluster } from "../support/redis-cluster.ts";

/** Far more than a script to a node beside takes. */
const ASKED_BY_MS = 300;

const cluster = await startCluster();

afterAll(() => cluster?.stop());

async function connect() {
  if (cluster === undefined) throw new Error("no cluster");
  const connection = await cluster.connect();
  onTestFinished(() => connection.close());
  return connection;
}

describe.skipIf(cluster === undefined)("on a cluster of three nodes", () => {
  describeChatHistory("Redis Cluster", async ({ limits }) => ({
    history: createRedisHistory({ connection: await connect(), limits, now: realTime.now }),
    time: realTime,
  }));

  describeRateLimiter("Redis Cluster", async ({ limit, windowMs }) => ({
    limiter: createRedisRateLimiter({ connection: await connect(), limit, windowMs }),
    time: realTime,
  }));

  describeSingleFlight("Redis Cluster", async () => ({
    flights: createRedisSingleFlight({
      connection: await connect(),
      local: createMemorySingleFlight(),
    }),
    time: realTime,
  }));

  it("joins flights of two processes, whichever node has their keys", async () => {
    const open = async () =>
      createRedisSingleFlight({ connection: await connect(), local: createMemorySingleFlight() });
    const [one, two] = [await open(), await open()];
    for (const key of ["a", "b", "c", "d", "{e}", "é"]) {
      const leader = await one.join(key, { maxFlightMs: 10_000 });
      const waiting = two.join(key, { maxFlightMs: 10_000 });
      if (leader.role !== "leader") throw new Error("expected to lead");
      // Who comes after the landing leads: the other one has to be waiting by then.
      await sleep(ASKED_BY_MS);
      await leader.finish({ kind: "failed", code: "model_failed", message: key });
      expect(await waiting).toMatchObject({ outcome: { kind: "failed", message: key } });
    }
  });

  it("rejects commands across two slots, so that these tests can fail", async () => {
    const { client } = await connect();
    const keys = [redisKeys.flight("a"), redisKeys.flight("b")];
    await expect(client.eval("return 1", { keys, arguments: [] })).rejects.toThrow(/slot/i);
  });
});
