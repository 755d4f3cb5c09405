import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Sends a signal to a server and all its processes (one per connection): a frozen database needs all of
 * them.
 */
export async function signalPostgres(
  server: ChildProcess,
  signal: "SIGSTOP" | "SIGCONT",
): Promise<void> {
  const { pid } = server;
  if (pid === undefined) throw new Error("the server has no process");
  // The server first, so that it starts no further process.
  process.kill(pid, signal);
  // pgrep exits with 1 when no process matches.
  const { stdout } = await run("pgrep", ["-P", String(pid)]).catch(() => ({ stdout: "" }));
  for (const child of stdout.split("\n").filter((line) => line !== "")) {
    try {
      process.kill(Number(child), signal);
    } catch {
      // The process has exited meanwhile.
    }
  }
}
