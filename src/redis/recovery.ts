import { waitAtMost } from "../operations/with-deadline.ts";
import type { RedisConnection } from "./connection.ts";
import type { DataSet } from "./data-set.ts";

/** What is done when Redis is there (again). Each step may be repeated, and throws when it failed. */
export interface RecoverySteps {
  /** Makes what is needed for storing answers. */
  prepare(): Promise<void>;
  /** Gives Redis the turns that it missed; with `dataLost`, whole windows. */
  reconcileHistory(options: { dataLost: boolean }): Promise<void>;
  /** Brings indexes and passages in line with the record. */
  fill(): Promise<void>;
}

/** Keeps what stands in Redis in line with the record, whatever happens to Redis. */
export interface Recovery {
  /** True while Redis is known to be in line with the record: not while it is away, or being filled. */
  readonly isInLine: boolean;
  /** Resolves when the run under way has ended, or has taken this long since it began; at once without one. */
  settle(maxMs: number): Promise<void>;
  /** Something that should be in Redis is not there: everything is looked at again, now. */
  reportLoss(): void;
  /** Starts to watch; resolves when Redis is in line, or could not be brought in line. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** What the watch leans on. */
export interface RecoveryOptions {
  readonly connection: RedisConnection;
  readonly dataSet: DataSet;
  readonly steps: RecoverySteps;
  /** Told of each run: how it ended, or why it failed. */
  readonly onEnd: (end: { filled: boolean } | { error: unknown }) => void;
  /** How often a quiet Redis is asked whether it has still its data, in milliseconds; default 1,000. */
  readonly watchMs?: number | undefined;
}

/** What is left to do; it outlives a run that failed half-way, since the next look finds nothing lost. */
interface Left {
  /** Nothing is known of Redis until a run has looked at it. */
  run: boolean;
  fill: boolean;
  history: boolean;
  /** Number of signs of trouble so far. */
  signs: number;
}

/**
 * Runs the steps at each return of Redis, and when its data was lost under a connection that held
 * (FLUSHALL); what fails is tried again each second.
 */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { connection, dataSet, watchMs = 1_000 } = options;
  const left: Left = { run: true, fill: true, history: false, signs: 0 };
  const runs = createRuns(left, options);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function watch(): Promise<void> {
    if (!connection.isUp) return;
    await runs.underWay();
    left.run ||= await dataSet.isSame().then(
      (isSame) => !isSame,
      () => false,
    );
    if (left.run) await runs.run();
    else await reconcileHistory(left, options);
  }

  function schedule(): void {
    if (isClosed) return;
    timer = setTimeout(() => void watch().finally(schedule), watchMs);
    timer.unref();
  }

  function lookAgain(): void {
    left.run = true;
    left.signs += 1;
    if (connection.isUp && !isClosed) void runs.run();
  }

  return {
    get isInLine() {
      return connection.isUp && !left.run && !left.fill;
    },
    settle: (maxMs) => runs.settle(maxMs),
    reportLoss() {
      left.fill = true;
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
      await runs.underWay();
    },
  };
}

/** One run at a time; whoever asks meanwhile waits for the one under way. */
function createRuns(left: Left, options: RecoveryOptions) {
  let running: Promise<void> | undefined;
  let begunAt = 0;

  async function runOnce(): Promise<void> {
    try {
      options.onEnd({ filled: await recover(left, options) });
      await reconcileHistory(left, options);
    } catch (error) {
      left.run = true;
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
    underWay: async () => running,
    async settle(maxMs: number): Promise<void> {
      const leftMs = begunAt + maxMs - performance.now();
      if (running !== undefined && leftMs > 0) await waitAtMost(running, leftMs);
    },
  };
}

/** True when indexes and passages were filled. */
async function recover(left: Left, { steps, dataSet }: RecoveryOptions): Promise<boolean> {
  const { signs } = left;
  await steps.prepare();
  if ((await dataSet.look()) === "lost") Object.assign(left, { fill: true, history: true });
  const { fill } = left;
  if (fill) await steps.fill();
  // What was lost meanwhile may have been filled already: then nothing is settled, and all is done again.
  if (left.signs === signs) Object.assign(left, { run: false, fill: false });
  return fill;
}

/** A full or read-only Redis takes what waits as soon as it takes writes: it is tried again each second. */
async function reconcileHistory(left: Left, { steps }: RecoveryOptions): Promise<void> {
  try {
    await steps.reconcileHistory({ dataLost: left.history });
    left.history = false;
  } catch {
    // What failed goes on waiting.
  }
}
