import { spawn, type ChildProcess } from "node:child_process";
import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { checkFree, freePort } from "../ports.ts";
import type { RedisProgram } from "./find-redis.ts";

/** A running server. */
export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Options of a server. */
export interface LaunchOptions {
  /** Default: a free port. */
  readonly port?: number | undefined;
  /** Data folder; the caller removes it. */
  readonly folder: string;
  /** Settings such as `["--appendonly", "yes"]`; by default nothing is written to disk. */
  readonly settings?: readonly string[] | undefined;
}

const START_MS = 15_000;

/**
 * Starts a server and resolves when it accepts commands.
 *
 * @throws Error when the port is in use, the server exits, or is not ready within 15 s
 */
export async function launchRedis(
  program: RedisProgram,
  { port, folder, settings = [] }: LaunchOptions,
): Promise<RunningRedis> {
  const chosen = port ?? (await freePort());
  await checkFree(chosen);
  const modules = program.modules.flatMap((file) => ["--loadmodule", file]);
  const base = ["--port", String(chosen), "--bind", "127.0.0.1", "--dir", folder];
  const quiet = ["--save", "", "--loglevel", "warning"];
  const child = spawn(program.command, [...base, ...quiet, ...modules, ...settings], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const keep = (data: Buffer) => {
    log = (log + data.toString()).slice(-2_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await waitUntilUp(child, chosen, () => log);
  return {
    url: `redis://127.0.0.1:${chosen}`,
    port: chosen,
    process: child,
    async stop(signal = "SIGTERM") {
      // A stopped process reacts to no other signal.
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

async function waitUntilUp(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`redis-server exited: ${log()}`);
    if (await answersPing(port)) return;
    await sleep(30);
  }
  child.kill("SIGKILL");
  throw new Error(`redis-server was not ready within ${START_MS} ms: ${log()}`);
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const end = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.once("data", (data) => end(data.toString().startsWith("+PONG")));
    socket.once("error", () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
}
