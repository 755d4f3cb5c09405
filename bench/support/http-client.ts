import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { percentile } from "./percentile.ts";

/** The repeated question. */
export const QUESTION = "How do I enable two-factor login?";
const THIS_FILE = fileURLToPath(import.meta.url);

/** A block of requests that are exact hits. */
export interface Block {
  readonly url: string;
  readonly count: number;
  readonly clients: number;
}

const blockSchema = z.object({ url: z.string(), count: z.int(), clients: z.int() });

/** Sends requests from a separate process, so that its CPU time is not the server's. */
export interface Client {
  /** Median time of a reply, in milliseconds. */
  ask(block: Block): Promise<number>;
  close(): void;
}

export async function openClient(): Promise<Client> {
  const child = fork(THIS_FILE, { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  const ended = once(child, "exit").then(() => undefined);
  return {
    async ask(block) {
      const replied = Promise.race([once(child, "message"), ended]);
      child.send(block);
      const reply = await replied;
      if (reply === undefined) throw new Error("the client ended");
      return z.number().parse(reply[0]);
    },
    close: () => child.disconnect(),
  };
}

async function ask({ url, count, clients }: Block, agent: Agent) {
  const times: number[] = [];
  let next = 0;
  const client = async () => {
    for (let number = next++; number < count; number = next++) {
      const begun = performance.now();
      await send(url, `bench-${number % 20}`, agent);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return percentile(times, 0.5);
}

function send(url: string, conversation: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(`${url}/v1/chat`, { method: "POST", agent, headers }, (reply) => {
      reply.resume().on("end", () => {
        if (reply.headers["x-cache"] === "HIT") resolve();
        else
          reject(new Error(`${reply.statusCode} ${String(reply.headers["x-cache"])} is not a hit`));
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify({ message: QUESTION, conversation_id: conversation }));
  });
}

// The process that `openClient` starts.
if (process.argv[1] === THIS_FILE) {
  const agent = new Agent({ keepAlive: true });
  process.on("message", (block) => {
    void ask(blockSchema.parse(block), agent).then((median) => process.send?.(median));
  });
  process.send?.("ready");
}
