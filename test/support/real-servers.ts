import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findRedis } from "../../scripts/redis/find-redis.ts";
import { launchRedis } from "../../scripts/redis/launch-redis.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A Redis with search that all tests share; empty where there is none. */
    redisUrl: string;
  }
}

/**
 * Finds the real servers for a run, and says which: REDIS_URL, or a server of this machine, started
 * for the run. Without one its tests are skipped; where CI=true that is a failure.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["REDIS_URL"] ?? "";
  if (given !== "") {
    project.provide("redisUrl", given);
    console.log(`Redis: ${given} (REDIS_URL)`);
    return async () => {};
  }
  const program = await findRedis();
  if (program === undefined) return skipRedis(project);
  const folder = await mkdtemp(join(tmpdir(), "reprise-redis-"));
  const redis = await launchRedis(program, { folder });
  project.provide("redisUrl", redis.url);
  console.log(`Redis: ${redis.url} (${program.command}, started for this run)`);
  return async () => {
    await redis.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  };
}

async function skipRedis(project: TestProject): Promise<() => Promise<void>> {
  const reason = "Redis: no server with search found (npm run redis -- --install brings one)";
  if (process.env["CI"] === "true") throw new Error(reason);
  project.provide("redisUrl", "");
  console.log(`${reason}; its tests are skipped`);
  return async () => {};
}
