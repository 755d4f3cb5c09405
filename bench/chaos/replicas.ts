import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { runWithin } from "../../src/operations/with-deadline.ts";
import { freePort } from "../../scripts/ports.ts";

const ROOT = join(import.meta.dirname, "../..");
const READY_MS = 180_000;

const readiness = z.object({ status: z.string(), parts: z.record(z.string(), z.string()) });

/** A process of the service. */
export interface Replica {
  readonly name: string;
  readonly url: string;
  /** Whether a load balancer would route requests to it. */
  isServing: boolean;
  child: ChildProcess;
}

export async function startReplica(
  name: string,
  settings: Record<string, string>,
): Promise<Replica> {
  const port = await freePort();
  const env = { ...settings, PORT: String(port) };
  const replica: Replica = {
    name,
    url: `http://127.0.0.1:${port}`,
    isServing: false,
    child: launch(env),
  };
  await untilServing(replica);
  return replica;
}

/** Restarts it on its port, and resolves when it is ready. */
export async function restart(replica: Replica, settings: Record<string, string>): Promise<void> {
  replica.child = launch({ ...settings, PORT: new URL(replica.url).port });
  await untilServing(replica);
}

/** Sends a signal, and resolves with time and exit code when the process has ended. */
export async function end(
  replica: Replica,
  signal: "SIGTERM" | "SIGKILL",
): Promise<{ milliseconds: number; code: number | null }> {
  const begun = performance.now();
  replica.isServing = false;
  const ended = once(replica.child, "exit");
  replica.child.kill(signal);
  await ended;
  return { milliseconds: performance.now() - begun, code: replica.child.exitCode };
}

/** The state of each subsystem. Undefined without a reply. */
export async function partsOf(url: string): Promise<Record<string, string> | undefined> {
  try {
    return await runWithin(5_000, undefined, async (signal) => {
      const response = await fetch(`${url}/readyz`, { signal });
      return readiness.parse(await response.json()).parts;
    });
  } catch {
    return undefined;
  }
}

/** Whether this replica reports that all earlier answers are recorded. */
export async function isComplete(url: string): Promise<boolean> {
  try {
    return await runWithin(10_000, undefined, async (signal) => {
      const response = await fetch(`${url}/v1/conversations?limit=1`, { signal });
      const body = z.object({ complete: z.boolean() }).safeParse(await response.json());
      return body.success && body.data.complete;
    });
  } catch {
    return false;
  }
}

function launch(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ["dist/main.js"], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", process.env["LOG_LEVEL"] === undefined ? "ignore" : "inherit", "inherit"],
  });
}

async function untilServing(replica: Replica): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const parts = await partsOf(replica.url);
    if (parts !== undefined && Object.values(parts).every((state) => state === "ok")) {
      replica.isServing = true;
      return;
    }
    await sleep(100);
  }
  throw new Error(`${replica.name} was not ready within ${READY_MS} ms`);
}
