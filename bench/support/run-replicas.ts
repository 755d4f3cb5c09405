import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort } from "../../scripts/ports.ts";

const ROOT = join(import.meta.dirname, "../..");
const READY_MS = 180_000;

const replySchema = z.object({
  answer: z.string(),
  cache: z.object({ status: z.string(), tier: z.string().nullable() }),
  degraded: z.array(z.string()),
});

/** What a chat gave back. */
export type Reply = z.infer<typeof replySchema>;

/** Several processes of the service behind a round robin. */
export interface Replicas {
  /** @throws Error for every status but 200 */
  chat(body: { message: string; conversation_id: string }): Promise<Reply>;
  /** Resolves when every replica says that it is in line with Redis. */
  untilInLine(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `node dist/main.js` several times, on one Redis and one folder of data. */
export async function runReplicas(options: {
  count: number;
  redisUrl: string;
  dataFolder: string;
  redisTimeoutMs: number;
}): Promise<Replicas> {
  const running: { url: string; process: ChildProcess }[] = [];
  for (let index = 0; index < options.count; index += 1) {
    const port = await freePort();
    const env = {
      PATH: process.env["PATH"],
      PORT: String(port),
      REDIS_URL: options.redisUrl,
      REDIS_TIMEOUT_MS: String(options.redisTimeoutMs),
      DATA_DIR: options.dataFolder,
      EMBEDDINGS: "builtin",
      CACHE_THRESHOLD: "0.9",
      LOG_LEVEL: "error",
    };
    const child = spawn(process.execPath, ["dist/main.js"], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    running.push({ url: `http://127.0.0.1:${port}`, process: child });
    // One after the other: the first brings the documents into the record.
    await until(() => isReady(`http://127.0.0.1:${port}`));
  }
  let turn = 0;
  return {
    async chat(body) {
      turn += 1;
      const url = running[turn % running.length]?.url ?? "";
      const response = await fetch(`${url}/v1/chat`, {
        method: "POST",
        // A connection of its own: a kept one may be closed by the other side as it is used again.
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(120_000),
      });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.status} ${text}`);
      return replySchema.parse(JSON.parse(text));
    },
    async untilInLine() {
      await Promise.all(running.map(({ url }) => until(() => isInLine(url))));
    },
    async stop() {
      const ended = running.map(
        ({ process: child }) => new Promise<void>((resolve) => child.once("exit", () => resolve())),
      );
      for (const { process: child } of running) child.kill("SIGTERM");
      await Promise.all(ended);
    },
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not ready within ${READY_MS} ms`);
    await sleep(50);
  }
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).status === 200;
}

async function isInLine(url: string): Promise<boolean> {
  return /"redis":\s*"ok"/.test(await (await fetch(`${url}/readyz`)).text());
}
