import { setTimeout as sleep } from "node:timers/promises";

/** Thrown when something took longer than it may. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/**
 * The work's value, or a `LateError` when it takes longer. The work goes on; its late result is ignored.
 *
 * @param deadlineMs longest wait, in milliseconds
 */
export function withDeadline<Value>(work: Promise<Value>, deadlineMs: number): Promise<Value> {
  // A timer alone: each answer waits for several helpers, and a signal costs more than most of them.
  return new Promise((resolve, reject) => {
    const timer = startTimer(deadlineMs, reject);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

function startTimer(timeoutMs: number, onLate: (error: LateError) => void): NodeJS.Timeout {
  return setTimeout(() => {
    // A process that was held up reads what has come meanwhile first: it was late, not the other side.
    setImmediate(() => onLate(new LateError(`no answer within ${timeoutMs} ms`)));
  }, timeoutMs);
}

/**
 * Resolves when the work has ended, or after the time; the work goes on. Fails only as the work does.
 *
 * @param timeoutMs longest wait, in milliseconds
 */
export async function waitAtMost(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([work, sleep(timeoutMs, undefined, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}

/** A time limit under way. */
export interface Deadline {
  /** Aborted with a `LateError` after the time, or with its parent's reason before. */
  readonly signal: AbortSignal;
  /** Ends the timer and lets go of the parent. */
  clear(): void;
}

/**
 * Starts a time limit. It holds its timer: a signal of `AbortSignal.timeout` that is only reached
 * through `AbortSignal.any` can be garbage-collected before it fires (Node.js 20).
 *
 * @param timeoutMs in milliseconds
 * @param parent aborts the signal before the time
 */
export function startDeadline(timeoutMs: number, parent?: AbortSignal): Deadline {
  const ending = new AbortController();
  const giveUp = () => ending.abort(parent?.reason);
  if (parent?.aborted === true) giveUp();
  parent?.addEventListener("abort", giveUp, { once: true });
  const timer = startTimer(timeoutMs, (late) => ending.abort(late));
  return {
    signal: ending.signal,
    clear() {
      clearTimeout(timer);
      parent?.removeEventListener("abort", giveUp);
    },
  };
}

/**
 * Runs work that takes a signal, within a time. Nobody waits for work that does not heed its signal.
 *
 * @throws LateError after the time, the parent's reason when it is aborted, or what the work throws
 */
export async function runWithin<Value>(
  timeoutMs: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const deadline = startDeadline(timeoutMs, parent);
  const { signal } = deadline;
  try {
    signal.throwIfAborted();
    return await rejectOnAbort(work(signal), signal);
  } finally {
    deadline.clear();
  }
}

/** The work's value, or the signal's reason as soon as it is aborted. The work goes on. */
export async function rejectOnAbort<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  let leave: () => void = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/**
 * The items of a source until the signal is aborted, also where the source does not heed it.
 *
 * @throws the signal's reason
 */
export async function* eachUntilAborted<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  let isOver = false;
  try {
    while (true) {
      const next = await rejectOnAbort(items.next(), signal);
      isOver = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a source that does not heed the signal may never return.
    if (!isOver) items.return?.().then(undefined, () => undefined);
  }
}
