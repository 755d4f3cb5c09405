import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Runs `dist/main.js` without a build, on a free port and with in-memory data. Resolves when it is ready.
 *
 * @throws Error if it exits before
 */
export async function startProcess(environment: Readonly<Record<string, string>>) {
  const env = { ...process.env, PORT: "0", DATA_DIR: ":memory:", ...environment };
  const child = spawn(process.execPath, ["dist/main.js"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /"url":"([^"]+)"/.exec(line)?.[1] ?? url;
    if (line.includes("Reprise is ready")) break;
  }
  if (url === undefined) throw new Error("The service exited before it was ready.");
  child.stdout.resume();
  return {
    url,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
