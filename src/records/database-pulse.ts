import { withDeadline } from "../operations/with-deadline.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";

/** Time between two questions while the database answers, in milliseconds. */
const BEAT_MS = 1_000;
/** Time between two attempts to reach it while it does not. */
const RETRY_MS = 500;
/** Longest wait for one answer. With `BEAT_MS` an outage is noticed within 3.5 seconds. */
const DEADLINE_MS = 2_500;

/** Asks the database whether it is there. */
export interface Probe {
  /** Resolves when the database answered; throws its error, or never settles. */
  ask(): Promise<unknown>;
  /** Gives the connection up; the next `ask` makes a new one. */
  drop(): void;
}

/**
 * Knows whether the database answers, and fails every call that waits for one that does not. A frozen
 * server keeps its connections open, so no socket ever tells.
 */
export interface Pulse {
  /** False from the first missed answer until the next one. */
  readonly isThere: boolean;
  /** Counts outages: a connection that was made before the last one may be dead. */
  readonly outages: number;
  /**
   * The work's result.
   *
   * @param limitMs longest wait while the database answers others, in milliseconds
   * @throws DatabaseUnavailable as soon as the database stops answering, or after the limit
   */
  guard<Value>(work: Promise<Value>, limitMs: number): Promise<Value>;
  close(): void;
}

type Reject = (error: DatabaseUnavailable) => void;

/** @param beatMs,deadlineMs the constants above; tests shorten them */
export function createPulse({
  probe,
  beatMs = BEAT_MS,
  deadlineMs = DEADLINE_MS,
}: {
  probe: Probe;
  beatMs?: number;
  deadlineMs?: number;
}): Pulse {
  const waiting = new Set<Reject>();
  const state = { isThere: true, outages: 0, isClosed: false };
  let timer: NodeJS.Timeout | undefined;

  async function beat(): Promise<void> {
    try {
      await withDeadline(probe.ask(), deadlineMs);
      state.isThere = true;
    } catch (error) {
      probe.drop();
      // A refusal, such as too many connections, is an answer too.
      if (!isAnswer(error)) lose(error);
      else state.isThere = true;
    }
    schedule();
  }

  function schedule(): void {
    if (state.isClosed) return;
    timer = setTimeout(() => void beat(), state.isThere ? beatMs : Math.min(beatMs, RETRY_MS));
    timer.unref();
  }

  function lose(cause: unknown): void {
    if (state.isThere) state.outages += 1;
    state.isThere = false;
    const error = new DatabaseUnavailable("it does not answer", cause);
    for (const reject of waiting) reject(error);
    waiting.clear();
  }

  schedule();
  return {
    get isThere() {
      return state.isThere;
    },
    get outages() {
      return state.outages;
    },
    guard: (work, limitMs) => guardWork(work, limitMs, waiting),
    close() {
      state.isClosed = true;
      clearTimeout(timer);
      probe.drop();
    },
  };
}

/** @param waiting ways to fail the work from outside, in which this one is while it lasts */
function guardWork<Value>(
  work: Promise<Value>,
  limitMs: number,
  waiting: Set<Reject>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new DatabaseUnavailable("it took too long", undefined, "busy"));
    }, limitMs);
    waiting.add(reject);
    work.then(resolve, reject).finally(() => {
      clearTimeout(late);
      waiting.delete(reject);
    });
  });
}

/** True for an error that the database itself sent, other than that it is starting or stopping. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || !("severity" in error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return !/^(?:57P0|08)/.test(code);
}
