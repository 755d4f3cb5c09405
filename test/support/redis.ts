import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { inject, onTestFinished } from "vitest";
import { findRedis } from "../../scripts/redis/find-redis.ts";
import { freePort } from "../../scripts/ports.ts";
import { launchRedis, type RunningRedis } from "../../scripts/redis/launch-redis.ts";
import { connectRedis, type RedisConnection } from "../../src/redis/connection.ts";
import type { TestTime } from "./fake-clock.ts";

/** The Redis of this worker, shared by all test files. Undefined: its tests are skipped. */
export const sharedRedisUrl: string | undefined = ownOf(inject("redisUrls"));

/** Workers share a Redis that was configured externally. */
function ownOf(urls: readonly string[]): string | undefined {
  return urls[(Number(process.env["VITEST_POOL_ID"] ?? 1) - 1) % urls.length];
}

/** The system clock; `advance` really waits. */
export const realTime: TestTime = {
  now: () => Date.now(),
  advance: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
  realTime: true,
};

/** An open connection. Closed after the test. */
export async function openRedis(
  url: string,
  options: { deadlineMs?: number } = {},
): Promise<RedisConnection> {
  const connection = connectRedis({ url, deadlineMs: 5_000, ...options });
  onTestFinished(() => connection.close());
  await connection.untilUp(10_000);
  return connection;
}

/** A plain client, as another program would use. */
export async function openPlainClient(url: string) {
  const client = createClient({ url, RESP: 2 });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

/** A server for one test, which can be killed, frozen and restarted on the same port and folder. */
export interface OwnRedis {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Suspends the process without closing its sockets. */
  freeze(): void;
  thaw(): void;
}

/** Undefined if Redis is not installed. Stopped after the test. */
export async function startOwnRedis(
  settings: readonly string[] = [],
): Promise<OwnRedis | undefined> {
  const program = await findRedis();
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "reprise-own-redis-"));
  const port = await freePort();
  let running: RunningRedis = await launchRedis(program, { port, folder, settings });
  onTestFinished(async () => {
    await running.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: running.url,
    kill: () => running.stop("SIGKILL"),
    async start() {
      running = await launchRedis(program, { port, folder, settings });
    },
    freeze: () => void running.process.kill("SIGSTOP"),
    thaw: () => void running.process.kill("SIGCONT"),
  };
}
