import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { AskPortion, Portion } from "./evaluate.ts";
import type { Columns } from "./columns.ts";

/** The first message to a worker process. */
export const setupSchema = z.object({
  folder: z.string(),
  cacheFile: z.string(),
  embedder: z.object({ id: z.string(), model: z.string(), dimensions: z.number() }),
  environment: z.record(z.string(), z.string()),
});
export type Setup = z.infer<typeof setupSchema>;

export const portionSchema = z.object({ id: z.string(), from: z.number(), to: z.number() });

const reportSchema = z.union([
  z.object({ columns: z.array(z.array(z.number())) }),
  z.object({ error: z.string() }),
]);

/** Worker processes that evaluate in parallel. */
export interface Processes {
  readonly ask: AskPortion;
  close(): void;
}

/** Starts the workers. Each reads the folder and the vector file. */
export function startProcesses(count: number, setup: Setup): Processes {
  const children = Array.from({ length: count }, () => {
    const child = fork(join(import.meta.dirname, "process.ts"));
    child.send(setup);
    return child;
  });
  const idle = [...children];
  const waiting: ((child: ChildProcess) => void)[] = [];
  const claim = async () => idle.pop() ?? new Promise<ChildProcess>((take) => waiting.push(take));
  const release = (child: ChildProcess) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(child);
    else next(child);
  };
  return {
    async ask(portion) {
      const child = await claim();
      try {
        return await askChild(child, portion);
      } finally {
        release(child);
      }
    },
    close() {
      for (const child of children) child.kill();
    },
  };
}

async function askChild(child: ChildProcess, portion: Portion): Promise<Columns> {
  const listening = new AbortController();
  const { signal } = listening;
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error(`The process that measured ${portion.id} exited.`);
  });
  ended.catch(() => {});
  child.send(portion);
  const [message] = await Promise.race([once(child, "message", { signal }), ended]);
  listening.abort();
  const report = reportSchema.parse(message);
  if ("error" in report) throw new Error(`${portion.id}: ${report.error}`);
  return report.columns;
}
