import { Worker } from "node:worker_threads";

/** Why a job was aborted. */
export type JobFailure = "late" | "out-of-memory" | "too-many";

/** An aborted job; its worker was terminated. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  readonly reason: JobFailure;

  constructor(reason: JobFailure) {
    super(`the job was aborted: ${reason}`);
    this.reason = reason;
  }
}

/** Runs jobs in worker threads. */
export interface WorkerPool {
  /**
   * Runs a job and returns the worker's reply.
   *
   * @throws JobFailed if it takes too long or too much memory, or too many jobs are queued; an
   * error of the worker is rethrown
   */
  run(job: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Options and limits of the pool. */
export interface WorkerPoolOptions {
  /** The module of each thread; it replies to each message with one message. */
  readonly module: URL;
  readonly threads: number;
  /** Maximum queued jobs. */
  readonly waiting: number;
  /** Timeout of a job, in milliseconds. */
  readonly timeoutMs: number;
  /** Heap limit of a thread, in MB. */
  readonly memoryMb: number;
}

/** Time after which an idle thread ends, in milliseconds. */
const IDLE_MS = 10_000;

/** Creates a pool. Threads are started on demand. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const idle = new Map<Worker, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let isClosed = false;

  function takeWorker(): Worker {
    const [kept] = idle;
    if (kept === undefined) {
      const worker = startWorker(options);
      // A thread that ends between two jobs must not get the next one.
      return worker.once("exit", () => end(worker));
    }
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

/**
 * Registers tsx, because a thread does not inherit the loader that runs the sources in development
 * and tests.
 */
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
  // Without a listener, a failure between two jobs would end the process.
  worker.on("error", () => undefined);
  return worker;
}

/** Sends one job to an idle worker. */
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
