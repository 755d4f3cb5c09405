import { withDeadline } from "../operations/with-deadline.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";

/** Interval between probes while the database is up, in milliseconds. */
const BEAT_MS = 1_000;
/** Interval between probes while the database is down, in milliseconds. */
const RETRY_MS = 500;
/** Timeout of one probe, in milliseconds. With `BEAT_MS`, an outage is detected within 3.5 seconds. */
const DEADLINE_MS = 2_500;

/** Sends health probes to the database. */
export interface Probe {
  /** Resolves when the database answers. Rejects with its error, or never settles. */
  ask(): Promise<unknown>;
  /** Discards the connection; the next `ask` opens a new one. */
  drop(): void;
}

/**
 * Detects outages by probing the database, and rejects the calls that wait for a database that is
 * down. A frozen server keeps its TCP connections open, so the sockets report nothing.
 */
export interface Pulse {
  /** False from the first failed probe until the next successful one. */
  readonly isUp: boolean;
  /** Number of outages so far. A connection opened before the last one may be dead. */
  readonly outages: number;
  /**
   * Returns the result of `work`.
   *
   * @param limitMs timeout in milliseconds while the database is up
   * @throws DatabaseUnavailable on an outage, or after the timeout
   */
  guard<Value>(work: Promise<Value>, limitMs: number): Promise<Value>;
  close(): void;
}

type Reject = (error: DatabaseUnavailable) => void;

/** @param beatMs,deadlineMs override the constants above in tests */
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
  const state = { isUp: true, outages: 0, isClosed: false };
  let timer: NodeJS.Timeout | undefined;

  async function beat(): Promise<void> {
    try {
      await withDeadline(probe.ask(), deadlineMs);
      state.isUp = true;
    } catch (error) {
      probe.drop();
      // An error reply, such as too many connections, shows that the server is up.
      if (!isAnswer(error)) lose(error);
      else state.isUp = true;
    }
    schedule();
  }

  function schedule(): void {
    if (state.isClosed) return;
    timer = setTimeout(() => void beat(), state.isUp ? beatMs : Math.min(beatMs, RETRY_MS));
    timer.unref();
  }

  function lose(cause: unknown): void {
    if (state.isUp) state.outages += 1;
    state.isUp = false;
    const error = new DatabaseUnavailable("it does not answer", cause);
    for (const reject of waiting) reject(error);
    waiting.clear();
  }

  schedule();
  return {
    get isUp() {
      return state.isUp;
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

/** @param waiting reject functions of all pending calls, called on an outage */
function guardWork<Value>(
  work: Promise<Value>,
  limitMs: number,
  waiting: Set<Reject>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new DatabaseUnavailable("the statement timed out", undefined, "busy"));
    }, limitMs);
    waiting.add(reject);
    work.then(resolve, reject).finally(() => {
      clearTimeout(late);
      waiting.delete(reject);
    });
  });
}

/** True for an error sent by the server, except that it is starting or stopping. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || !("severity" in error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return !/^(?:57P0|08)/.test(code);
}
