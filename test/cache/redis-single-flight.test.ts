import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMemorySingleFlight } from "../../src/cache/memory-single-flight.ts";
import { createRedisSingleFlight } from "../../src/cache/redis-single-flight.ts";
import type { Flight } from "../../src/cache/types.ts";
import { connectRedis } from "../../src/redis/connection.ts";
import { describeSingleFlight } from "../contracts/single-flight.ts";
import { makeEntry } from "../support/make-entry.ts";
import {
  openPlainClient,
  openRedis,
  realTime,
  sharedRedisUrl,
  startOwnRedis,
} from "../support/redis.ts";
import { freePort } from "../../scripts/ports.ts";

async function open(url: string, deadlineMs?: number) {
  const connection = await openRedis(url, deadlineMs === undefined ? {} : { deadlineMs });
  const flights = createRedisSingleFlight({ connection, local: createMemorySingleFlight() });
  onTestFinished(() => flights.close());
  return flights;
}

const patient = { maxFlightMs: 10_000 };
const leading = (flight: Flight | undefined) => {
  if (flight?.role !== "leader") throw new Error("expected to lead");
  return flight;
};

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";

  describeSingleFlight("Redis, one process", async () => ({
    flights: await open(url),
    time: realTime,
  }));

  it("has one leader among 100 of two processes, and gives its answer to the others", async () => {
    const processes = [await open(url), await open(url)];
    const key = randomUUID();
    const joining = Array.from({ length: 50 }, () =>
      processes.map((each) => each.join(key, patient)),
    );
    const outcome = { kind: "answered" as const, entry: makeEntry({ answer: "the same" }) };
    await leading(await Promise.race(joining.flat())).finish(outcome);
    const flights = await Promise.all(joining.flat());
    expect(flights.filter(({ role }) => role === "leader")).toHaveLength(1);
    const waited = flights.filter((flight) => flight.role === "follower");
    expect(waited.map((flight) => flight.outcome)).toEqual(waited.map(() => outcome));
  });

  it("counts a leader of another process that is late as lost, and does not hear it", async () => {
    const [one, two] = [await open(url), await open(url)];
    const key = randomUUID();
    const late = leading(await one.join(key, { maxFlightMs: 300 }));
    const waited = await two.join(key, patient);
    expect(waited).toEqual({ role: "follower", outcome: { kind: "abandoned" } });
    const next = leading(await two.join(key, patient));
    const waiting = one.join(key, patient);
    await late.finish({ kind: "answered", entry: makeEntry({ answer: "too late" }) });
    await next.finish({ kind: "answered", entry: makeEntry({ answer: "in time" }) });
    expect(await waiting).toMatchObject({ outcome: { entry: { answer: "in time" } } });
  });

  it("waits for a leader that lives, however long, and not for one that was lost", async () => {
    const [one, two] = [await open(url), await open(url)];
    const [slow, lost] = [randomUUID(), randomUUID()];
    const leader = leading(await one.join(slow, patient));
    const client = await openPlainClient(url);
    // As a process leaves it behind that was killed in flight: nobody renews it.
    await client.set(`flight:${lost}`, "a dead process", {
      expiration: { type: "PX", value: await client.pTTL(`flight:${slow}`) },
    });
    const waiting = two.join(slow, patient);
    expect(await two.join(lost, patient)).toMatchObject({ outcome: { kind: "abandoned" } });
    expect(await client.exists(`flight:${slow}`)).toBe(1);
    await leader.finish({ kind: "answered", entry: makeEntry({ answer: "slow" }) });
    expect(await waiting).toMatchObject({ outcome: { entry: { answer: "slow" } } });
  });

  it("leaves no key without a lease", async () => {
    const [one, two] = [await open(url), await open(url)];
    const client = await openPlainClient(url);
    const key = randomUUID();
    const leader = leading(await one.join(key, patient));
    expect(await client.pTTL(`flight:${key}`)).toBeGreaterThan(0);
    const waiting = two.join(key, patient);
    await leader.finish({ kind: "answered", entry: makeEntry({ answer: "shared" }) });
    expect(await waiting).toMatchObject({ outcome: { entry: { answer: "shared" } } });
    const [result] = await client.keys(`landing:{flight:${key}}:*`);
    expect(await client.pTTL(result ?? "")).toBeGreaterThan(0);
    expect(await client.exists(`flight:${key}`)).toBe(0);
  });
});

describe("single flight while Redis is away", () => {
  it("leads alone where Redis is absent, one for the process", async () => {
    const connection = connectRedis({ url: `redis://127.0.0.1:${await freePort()}` });
    onTestFinished(() => connection.close());
    const flights = createRedisSingleFlight({ connection, local: createMemorySingleFlight() });
    const leader = leading(await flights.join("k", patient));
    const waiting = flights.join("k", patient);
    await leader.finish({ kind: "failed", code: "model_failed", message: "m" });
    expect(await waiting).toMatchObject({ role: "follower", outcome: { kind: "failed" } });
  });

  it("lets those who wait lead when Redis dies under them", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const [one, two] = [await open(redis.url, 200), await open(redis.url, 200)];
    const leader = leading(await one.join("k", patient));
    const waiting = two.join("k", patient);
    await redis.kill();
    await leading(await waiting).finish({ kind: "abandoned" });
    await leader.finish({ kind: "abandoned" });
  });
});
