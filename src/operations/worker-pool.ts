import { Worker } from "node:worker_threads";

/** Why a job was given up. */
export type JobFailure = "late" | "out-of-memory" | "too-many";

/** A job that was given up; its worker was ended. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  readonly reason: JobFailure;

  constructor(reason: JobFailure) {
    super(`the job was given up: ${reason}`);
    this.reason = reason;
  }
}

/** Runs jobs in threads of their own, so that this one goes on. */
export interface WorkerPool {
  /**
   * The worker's reply to a job.
   *
   * @throws JobFailed when it takes too long or too much memory, or too many jobs are waiting; an
   *   error of the worker itself as it is
   */
  run(job: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** What the threads may take. */
export interface WorkerPoolOptions {
  /** The module that each thread runs; it answers each message with one. */
  readonly module: URL;
  readonly threads: number;
  /** Jobs that may wait for a thread. */
  readonly waiting: number;
  /** For one job, in milliseconds. */
  readonly timeoutMs: number;
  /** Heap of one thread, in MB. */
  readonly memoryMb: number;
}

/** A thread that has had nothing to do for this long ends, in milliseconds. */
const IDLE_MS = 10_000;

/** Threads begin with the first jobs. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const idle = new Map<Worker, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let isClosed = false;

  function takeWorker(): Worker {
    const [kept] = idle;
    if (kept === undefined) return startWorker(options);
    clearTimeout(kept[1]);
    idle.delete(kept[0]);
    return kept[0];
  }

  function keep(worker: Worker): void {
    if (isClosed) void worker.terminate();
    else idle.set(worker, setTimeout(() => end(worker), IDLE_MS).unref());
  }

  function end(worker: Worker): void {
    clearTimeout(idle.get(worker));
    idle.delete(worker);
    void worker.terminate();
  }

  async function runNow(job: unknown): Promise<unknown> {
    const worker = takeWorker();
    try {
      const reply = await ask(worker, job, options.timeoutMs);
      keep(worker);
      return reply;
    } catch (error) {
      end(worker);
      throw error;
    }
  }

  return {
    async run(job) {
      if (busy >= options.threads) {
        if (waiting.length >= options.waiting) throw new JobFailed("too-many");
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else busy += 1;
      try {
        return await runNow(job);
      } finally {
        const next = waiting.shift();
        if (next === undefined) busy -= 1;
        else next();
      }
    },
    async close() {
      isClosed = true;
      for (const worker of idle.keys()) end(worker);
    },
  };
}

/** A thread does not inherit the loader that runs the sources in development and in tests. */
const RUN_SOURCE = `
const module = require("node:worker_threads").workerData;
import("tsx/esm/api").then(({ register }) => (register(), import(module)));
`;

function startWorker({ module, memoryMb }: WorkerPoolOptions): Worker {
  const options = { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMb } };
  const worker = module.pathname.endsWith(".ts")
    ? new Worker(RUN_SOURCE, { ...options, eval: true, workerData: module.href })
    : new Worker(module, options);
  worker.unref();
  // A thread that fails between two jobs is noticed at the next one.
  worker.on("error", () => undefined);
  return worker;
}

/** One job on a worker that has no other. */
function ask(worker: Worker, job: unknown, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const onMessage = (reply: unknown) => {
      settle();
      resolve(reply);
    };
    const onError = (error: unknown) =>
      fail(isOutOfMemory(error) ? new JobFailed("out-of-memory") : error);
    const onExit = () => fail(new Error("the worker thread ended before its job"));
    const timer = setTimeout(() => fail(new JobFailed("late")), timeoutMs);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job, []);
  });
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
