import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import {
  createWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
} from "../../src/operations/worker-pool.ts";

const MODULE = new URL("../fixtures/workers/obey.mjs", import.meta.url);
let pool: WorkerPool;
afterEach(() => pool.close());

function open(options: Partial<WorkerPoolOptions> = {}) {
  const usual = { module: MODULE, threads: 1, waiting: 4, timeoutMs: 15_000, memoryMb: 64 };
  pool = createWorkerPool({ ...usual, ...options });
  return pool;
}

describe("a pool of worker threads", () => {
  it("runs jobs one after the other with one thread", async () => {
    const own = open();
    const jobs = ["one", "two", "three"];
    expect(await Promise.all(jobs.map((job) => own.run(job)))).toEqual([
      "did one",
      "did two",
      "did three",
    ]);
  });

  it("aborts a job that never ends, and runs the next one", async () => {
    const own = open({ timeoutMs: 300 });
    await expect(own.run("hang")).rejects.toMatchObject({ reason: "late" });
    pool = open();
    expect(await pool.run("next")).toBe("did next");
  });

  it.each([
    ["that takes all memory", "hoard", { reason: "out-of-memory" }],
    ["whose thread throws", "throw", { message: "told to throw" }],
    ["whose thread ends", "exit", { message: "the worker thread ended before its job" }],
  ])("fails a job %s, and only that one", async (_what, job, failure) => {
    const own = open();
    const failed = own.run(job);
    const next = own.run("next");
    await expect(failed).rejects.toMatchObject(failure);
    expect(await next).toBe("did next");
  });

  it("starts a new thread when one has ended between two jobs", async () => {
    const own = open();
    const left = new Promise((resolve) =>
      process.once("worker", (worker: Worker) => void once(worker, "exit").then(resolve)),
    );
    expect(await own.run("leave")).toBe("did leave");
    await left;
    expect(await own.run("next")).toBe("did next");
  });

  it("rejects jobs when the queue is full", async () => {
    const own = open({ waiting: 1 });
    const [first, second] = [own.run("one"), own.run("two")];
    await expect(own.run("three")).rejects.toMatchObject({ reason: "too-many" });
    expect(await Promise.all([first, second])).toEqual(["did one", "did two"]);
    expect(await own.run("four")).toBe("did four");
  });
});
