import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const THIS_FILE = fileURLToPath(import.meta.url);
/** Pause between two requests, in milliseconds. */
const PAUSE_MS = 20;

const reportSchema = z.object({ worst: z.number(), looks: z.int(), failures: z.int() });
/** Results of `/livez` since the last report; the slowest reply in milliseconds. */
export type LivezReport = z.infer<typeof reportSchema>;

/** Requests `/livez` every 20 ms from a separate process. */
export interface LivezWatch {
  /** Results since the last report. */
  report(): Promise<LivezReport>;
  close(): void;
}

export async function watchLivez(url: string): Promise<LivezWatch> {
  const child = fork(THIS_FILE, [url], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return {
    async report() {
      const reply = once(child, "message");
      child.send("report");
      const [report] = await reply;
      return reportSchema.parse(report);
    },
    close: () => child.disconnect(),
  };
}

/** False without a reply of status 200. */
function look(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(`${url}/livez`, { agent }, (reply) => {
      reply.resume().on("end", () => resolve(reply.statusCode === 200));
    });
    sent.on("error", () => resolve(false));
    sent.end();
  });
}

async function watch(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  let seen: LivezReport = { worst: 0, looks: 0, failures: 0 };
  let begunAt: number | undefined;
  process.on("message", () => {
    // A pending request counts with its time so far.
    const waited = begunAt === undefined ? 0 : performance.now() - begunAt;
    process.send?.({ ...seen, worst: Math.max(seen.worst, waited) });
    seen = { worst: 0, looks: 0, failures: 0 };
  });
  process.on("disconnect", () => process.exit());
  await look(url, agent);
  process.send?.("ready");
  for (;;) {
    begunAt = performance.now();
    const isOk = await look(url, agent);
    seen = {
      worst: Math.max(seen.worst, performance.now() - begunAt),
      looks: seen.looks + 1,
      failures: seen.failures + (isOk ? 0 : 1),
    };
    begunAt = undefined;
    await sleep(PAUSE_MS);
  }
}

// The process that `watchLivez` starts.
if (process.argv[1] === THIS_FILE) await watch(process.argv[2] ?? "");
