import { waitAtMost } from "../operations/with-deadline.ts";
import type { RedisConnection } from "./connection.ts";
import type { DataSet } from "./data-set.ts";

/** The steps after Redis comes (back) up. Each is repeatable and throws on failure. */
export interface RecoverySteps {
  /** Creates what is needed to store answers. */
  prepare(): Promise<void>;
  /** Writes the turns that Redis missed; with `dataLost`, restores whole windows. */
  reconcileHistory(options: { dataLost: boolean }): Promise<void>;
  /** Rebuilds indexes and passages from the database. */
  fill(): Promise<void>;
}

/** Reconciles Redis with the database after outages and data loss. */
export interface Recovery {
  /** True while Redis is known to match the database: not while it is down or being rebuilt. */
  readonly isInSync: boolean;
  /**
   * Waits for the current run, until at most `maxMs` after it started; resolves at once without
   * one.
   */
  settle(maxMs: number): Promise<void>;
  /** Reports missing data; starts a full reconciliation. */
  reportLoss(): void;
  /** Starts watching. Resolves when the first run has ended, whether it succeeded or not. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** Dependencies and interval of the recovery. */
export interface RecoveryOptions {
  readonly connection: RedisConnection;
  readonly dataSet: DataSet;
  readonly steps: RecoverySteps;
  /** Called after each run, with its result or error. */
  readonly onEnd: (end: { filled: boolean } | { error: unknown }) => void;
  /** Interval at which an idle Redis is checked for lost data, in milliseconds; default 1,000. */
  readonly watchMs?: number | undefined;
}

/** Pending work. Kept across failed runs, because a later run may not detect the loss again. */
interface Pending {
  /** True until a run has succeeded: the state of Redis is unknown. */
  run: boolean;
  fill: boolean;
  history: boolean;
  /** Number of reported losses and reconnections so far. */
  reports: number;
}

/**
 * Runs the steps whenever Redis comes up, and when its data was lost under an open connection
 * (FLUSHALL). Failed runs are retried every second.
 */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { connection, dataSet, watchMs = 1_000 } = options;
  const pending: Pending = { run: true, fill: true, history: false, reports: 0 };
  const runs = createRuns(pending, options);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function watch(): Promise<void> {
    if (!connection.isUp) return;
    await runs.current();
    pending.run ||= await dataSet.isSame().then(
      (isSame) => !isSame,
      () => false,
    );
    if (pending.run) await runs.run();
    else await reconcileHistory(pending, options);
  }

  function schedule(): void {
    if (isClosed) return;
    timer = setTimeout(() => void watch().finally(schedule), watchMs);
    timer.unref();
  }

  function lookAgain(): void {
    pending.run = true;
    pending.reports += 1;
    if (connection.isUp && !isClosed) void runs.run();
  }

  return {
    get isInSync() {
      return connection.isUp && !pending.run && !pending.fill;
    },
    settle: (maxMs) => runs.settle(maxMs),
    reportLoss() {
      pending.fill = true;
      lookAgain();
    },
    async begin() {
      connection.onChange(lookAgain);
      schedule();
      if (connection.isUp) await runs.run();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await runs.current();
    },
  };
}

/** Runs one at a time; concurrent callers share the current run. */
function createRuns(pending: Pending, options: RecoveryOptions) {
  let running: Promise<void> | undefined;
  let begunAt = 0;

  async function runOnce(): Promise<void> {
    try {
      options.onEnd({ filled: await recover(pending, options) });
      await reconcileHistory(pending, options);
    } catch (error) {
      pending.run = true;
      options.onEnd({ error });
    }
  }

  return {
    run(): Promise<void> {
      if (running === undefined) begunAt = performance.now();
      running ??= runOnce().finally(() => {
        running = undefined;
      });
      return running;
    },
    current: async () => running,
    async settle(maxMs: number): Promise<void> {
      const leftMs = begunAt + maxMs - performance.now();
      if (running !== undefined && leftMs > 0) await waitAtMost(running, leftMs);
    },
  };
}

/** Returns true if indexes and passages were rebuilt. */
async function recover(pending: Pending, { steps, dataSet }: RecoveryOptions): Promise<boolean> {
  const { reports } = pending;
  await steps.prepare();
  if ((await dataSet.look()) === "lost") Object.assign(pending, { fill: true, history: true });
  const { fill } = pending;
  if (fill) await steps.fill();
  // If a loss was reported during the run, the work stays pending and is repeated.
  if (pending.reports === reports) Object.assign(pending, { run: false, fill: false });
  return fill;
}

/**
 * Failures are ignored here: the watch retries every second, until a full or read-only Redis
 * accepts writes again.
 */
async function reconcileHistory(pending: Pending, { steps }: RecoveryOptions): Promise<void> {
  try {
    await steps.reconcileHistory({ dataLost: pending.history });
    pending.history = false;
  } catch {
    // Failed turns stay buffered.
  }
}
