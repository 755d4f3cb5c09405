import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Sends a signal to a server and to all its processes, each of which serves one connection: only all of
 * them together are a frozen database.
 */
export async function signalPostgres(
  server: ChildProcess,
  signal: "SIGSTOP" | "SIGCONT",
): Promise<void> {
  const { pid } = server;
  if (pid === undefined) throw new Error("the server has no process");
  // The server first, so that it makes no process that goes unseen.
  process.kill(pid, signal);
  // pgrep exits with 1 where there is no process.
  const { stdout } = await run("pgrep", ["-P", String(pid)]).catch(() => ({ stdout: "" }));
  for (const child of stdout.split("\n").filter((line) => line !== "")) {
    try {
      process.kill(Number(child), signal);
    } catch {
      // It ended meanwhile.
    }
  }
}
