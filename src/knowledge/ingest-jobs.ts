import { RepriseError } from "../errors.ts";
import type { Clock } from "../operations/types.ts";
import type { Ingest } from "./ingest.ts";
import { INTERRUPTED, isEnded, toJobError, type DocumentJobs, type JobStore } from "./job-types.ts";
import type { IngestJob, JobWork } from "./job-types.ts";

/** Maximum concurrent jobs in this process. */
const RUNNING = 2;
/** Maximum bytes of all waiting files. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Interval at which a waiting or running job updates its state, in milliseconds. */
const HEARTBEAT_MS = 5_000;
/** Age of the last update after which the job's process has ended, in milliseconds. */
const STALE_MS = 30_000;
/** Retention of ended jobs, in milliseconds. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Dependencies of `createIngestJobs`. */
export interface IngestJobsOptions {
  readonly store: JobStore;
  readonly ingest: Pick<Ingest, "put">;
  readonly newId: (prefix: string) => string;
  readonly now: Clock;
}

interface Waiting {
  job: IngestJob;
  readonly work: JobWork;
  readonly abort: AbortController;
}

/**
 * Stores documents asynchronously. A job runs in the process that accepted it. Its state is in the database, so
 * that every replica can report and cancel it. A job whose process ended has failed.
 */
export function createIngestJobs(options: IngestJobsOptions): DocumentJobs {
  const { store, newId, now } = options;
  const own = new Map<string, Waiting>();
  const queue: Waiting[] = [];
  const running = new Set<Promise<void>>();
  let heldBytes = 0;
  let isClosed = false;
  // A job that waits for its turn is not one whose process has ended.
  const noteWaiting = () => {
    for (const waiting of queue) void note(waiting, {}, options).catch(() => undefined);
  };
  const heartbeat = setInterval(noteWaiting, HEARTBEAT_MS).unref();

  function runNext(): void {
    while (running.size < RUNNING) {
      const next = queue.shift();
      if (next === undefined) return;
      const run = runJob(next, options).finally(() => {
        running.delete(run);
        own.delete(next.job.id);
        heldBytes -= next.work.bytes;
        runNext();
      });
      running.add(run);
    }
  }

  return {
    async start(tenant, work) {
      const isFull = heldBytes > 0 && heldBytes + work.bytes > MAX_WAITING_BYTES;
      if (isClosed || isFull) throw overloaded();
      const job = newJob(tenant, work, { id: newId("job"), now: now() });
      heldBytes += work.bytes;
      try {
        await store.removeEndedBefore(job.createdAt - KEPT_MS);
        await store.put(job);
      } catch (error) {
        heldBytes -= work.bytes;
        throw error;
      }
      const waiting = { job, work, abort: new AbortController() };
      own.set(job.id, waiting);
      queue.push(waiting);
      runNext();
      return job;
    },
    async get(key) {
      const job = await store.get(key);
      return job === undefined ? undefined : withoutStale(job, now());
    },
    async cancel(key) {
      if (!(await store.requestCancel(key))) return;
      const waiting = own.get(key.id);
      if (waiting?.job.tenant === key.tenant) waiting.abort.abort(new Error("cancelled"));
    },
    async close() {
      isClosed = true;
      clearInterval(heartbeat);
      for (const { abort } of own.values()) abort.abort(INTERRUPTED);
      await Promise.all(running);
    },
  };
}

function newJob(
  tenant: string,
  { file, documentId }: JobWork,
  { id, now }: { id: string; now: number },
): IngestJob {
  const times = { createdAt: now, updatedAt: now };
  const progress = { state: "queued", step: "waiting", done: 0, total: 0 } as const;
  return { tenant, id, ...progress, ...times, files: [{ file, documentId }] };
}

function overloaded(): RepriseError {
  const message = "Too many documents are waiting to be stored; try again in a moment.";
  return new RepriseError("overloaded", message, { retryAfterSeconds: 5 });
}

/** Records the state of a job, and aborts it if a cancel was requested. */
async function note(
  waiting: Waiting,
  change: Partial<IngestJob>,
  { store, now }: Pick<IngestJobsOptions, "store" | "now">,
): Promise<void> {
  waiting.job = { ...waiting.job, ...change, updatedAt: now() };
  const { isCancelRequested } = await store.update(waiting.job);
  if (isCancelRequested) waiting.abort.abort(new Error("cancelled"));
}

/** Runs a job to its end, and always records the end. */
async function runJob(waiting: Waiting, options: IngestJobsOptions): Promise<void> {
  const { work, abort } = waiting;
  const { ingest } = options;
  const noteNow = (change: Partial<IngestJob>) => note(waiting, change, options);
  // A failed update is repeated by the next one.
  const noteSoon = (change: Partial<IngestJob>) => void noteNow(change).catch(() => undefined);
  const heartbeat = setInterval(() => noteSoon({}), HEARTBEAT_MS);
  const { signal } = abort;
  const [file] = waiting.job.files;
  const end = { step: "ended" } as const;
  try {
    signal.throwIfAborted();
    await noteNow({ state: "running", step: "reading" });
    const { document, skipped } = await work.read();
    signal.throwIfAborted();
    await noteNow({ step: "embedding" });
    const report = await ingest.put({
      tenant: waiting.job.tenant,
      document,
      signal,
      onProgress: (done, total) => noteSoon({ done, total }),
    });
    clearInterval(heartbeat);
    const files = file === undefined ? [] : [{ ...file, report, skipped }];
    await noteNow({ ...end, state: "done", files });
  } catch (error) {
    clearInterval(heartbeat);
    const isCancelled = signal.aborted && signal.reason !== INTERRUPTED;
    const failed = toJobError(signal.aborted ? signal.reason : error);
    const files = file === undefined ? [] : [isCancelled ? file : { ...file, error: failed }];
    await noteNow({ ...end, state: isCancelled ? "cancelled" : "failed", files }).catch(
      () => undefined,
    );
  }
}

/** A job without recent updates has failed. */
function withoutStale(job: IngestJob, now: number): IngestJob {
  if (isEnded(job) || now - job.updatedAt < STALE_MS) return job;
  const error = toJobError(INTERRUPTED);
  return {
    ...job,
    state: "failed",
    step: "ended",
    files: job.files.map((file) => ({ ...file, error })),
  };
}
