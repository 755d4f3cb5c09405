import type { RedisConnection } from "./connection.ts";
import type { DataSet } from "./data-set.ts";

/** What is done when Redis is there (again). Each step may be repeated, and throws when it failed. */
export interface RecoverySteps {
  /** Makes what is needed for storing answers. */
  prepare(): Promise<void>;
  /** Gives Redis the turns that it missed; with `dataLost`, whole windows. */
  putHistoryRight(options: { dataLost: boolean }): Promise<void>;
  /** Brings indexes and passages in line with the record. */
  fill(): Promise<void>;
}

/** Keeps what stands in Redis in line with the record, whatever happens to Redis. */
export interface Recovery {
  /** True once Redis has been brought in line with the record since this process began. */
  readonly isInLine: boolean;
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
  run: boolean;
  fill: boolean;
  history: boolean;
}

/**
 * Runs the steps at each return of Redis, and when its data was lost under a connection that held
 * (FLUSHALL); what fails is tried again each second.
 */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { connection, dataSet, steps, watchMs = 1_000 } = options;
  const left: Left = { run: true, fill: true, history: false };
  const runs = createRuns(left, options);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function watch(): Promise<void> {
    if (!connection.isUp) return;
    left.run ||= await dataSet.isSame().then(
      (isSame) => !isSame,
      () => false,
    );
    if (left.run) await runs.run();
    // A full or read-only Redis takes the turns that wait as soon as it takes writes.
    else await steps.putHistoryRight({ dataLost: false }).catch(() => undefined);
  }

  function schedule(): void {
    if (isClosed) return;
    timer = setTimeout(() => void watch().finally(schedule), watchMs);
    timer.unref();
  }

  function runSoon(): void {
    left.run = true;
    if (connection.isUp && !isClosed) void runs.run();
  }

  return {
    get isInLine() {
      return runs.haveEnded;
    },
    reportLoss() {
      left.fill = true;
      runSoon();
    },
    async begin() {
      connection.onChange((isUp) => {
        if (isUp) runSoon();
      });
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
  let haveEnded = false;

  async function runOnce(): Promise<void> {
    left.run = false;
    try {
      const filled = await recover(left, options);
      haveEnded = true;
      left.run ||= left.fill;
      options.onEnd({ filled });
    } catch (error) {
      left.run = true;
      options.onEnd({ error });
    }
  }

  return {
    /** True once a run has ended well. */
    get haveEnded() {
      return haveEnded;
    },
    run(): Promise<void> {
      running ??= runOnce().finally(() => {
        running = undefined;
      });
      return running;
    },
    underWay: async () => running,
  };
}

/** True when indexes and passages were filled. */
async function recover(left: Left, { steps, dataSet }: RecoveryOptions): Promise<boolean> {
  await steps.prepare();
  if ((await dataSet.look()) === "lost") Object.assign(left, { fill: true, history: true });
  await steps.putHistoryRight({ dataLost: left.history });
  left.history = false;
  if (!left.fill) return false;
  // Taken down first, so that a loss that is reported meanwhile is not forgotten.
  left.fill = false;
  try {
    await steps.fill();
  } catch (error) {
    left.fill = true;
    throw error;
  }
  return true;
}
