import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of the installed package, for `PYTHONPATH`. */
export const REDIS_PY = resolve(import.meta.dirname, "../../node_modules/.cache/reprise-redis-py");

/** Whether it is installed. */
export function hasRedisPy(): boolean {
  return existsSync(join(REDIS_PY, "redis", "__init__.py"));
}

/**
 * Installs redis-py into `node_modules/.cache`, for the test in which a Python program and the service share
 * a conversation.
 *
 * @throws Error without Python 3 with pip
 */
export async function installRedisPy(): Promise<void> {
  if (hasRedisPy()) return;
  const options = ["--quiet", "--no-deps", "--disable-pip-version-check", "--target", REDIS_PY];
  // Its only dependency, for Python before 3.11.3.
  const packages = ["redis==6.4.0", "async-timeout==5.0.1"];
  await run("python3", ["-m", "pip", "install", ...options, ...packages]);
}
