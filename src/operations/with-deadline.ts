import { setTimeout as sleep } from "node:timers/promises";
import type { Turnstile } from "./concurrency.ts";

/** Thrown when work exceeds its deadline. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/**
 * Returns the value of `work`, or throws `LateError` after the deadline. The work continues; its
 * late result is ignored.
 *
 * @param deadlineMs in milliseconds
 */
export function withDeadline<Value>(work: Promise<Value>, deadlineMs: number): Promise<Value> {
  // Only a timer: an AbortSignal costs more than most of the calls that wait here.
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
    // If this process was blocked, replies that have already arrived are read first: this side was late.
    setImmediate(() => onLate(new LateError(`no answer within ${timeoutMs} ms`)));
  }, timeoutMs);
}

/**
 * Waits for `work`, but at most `timeoutMs`. The work continues after that. Rejects only if the
 * work does.
 *
 * @param timeoutMs in milliseconds
 */
export async function waitAtMost(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([work, sleep(timeoutMs, undefined, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}

/** A running time limit. */
export interface Deadline {
  /** Aborted with a `LateError` after the time, or earlier with the reason of the parent signal. */
  readonly signal: AbortSignal;
  /** Clears the timer and detaches from the parent. */
  clear(): void;
}

/**
 * Starts a time limit. It keeps its timer alive: a signal of `AbortSignal.timeout` that is only
 * reachable through `AbortSignal.any` can be garbage-collected before it fires (Node.js 20).
 *
 * @param timeoutMs in milliseconds
 * @param parent aborts the signal earlier
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
 * Runs work with a signal and a time limit. Does not wait for work that ignores its signal.
 *
 * @throws LateError after the time, the parent's reason when it is aborted, or the work's error
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

/**
 * Returns the value of `work`, or rejects with the signal's reason as soon as it is aborted. The
 * work continues.
 */
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
 * Yields the items of a source until the signal is aborted, even if the source ignores the signal.
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
    // Not awaited: a source that ignores the signal may never return.
    if (!isOver) items.return?.().then(undefined, () => undefined);
  }
}

/**
 * The items of a source; once it may be over, only until none comes for `waitMs` milliseconds.
 *
 * @throws what the source throws
 */
export async function* untilQuiet<Item>(
  source: AsyncIterable<Item>,
  mayBeOver: () => boolean,
  waitMs: number,
): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  let isOpen = true;
  try {
    while (true) {
      const coming = items.next();
      if (mayBeOver() && (await isLate(coming, waitMs))) return;
      const next = await coming;
      isOpen = next.done !== true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (isOpen) items.return?.().then(undefined, () => undefined);
  }
}

async function isLate(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let isPending = true;
  const settled = work.finally(() => (isPending = false));
  await waitAtMost(settled, timeoutMs);
  // Its late failure is nobody's.
  settled.catch(() => undefined);
  return isPending;
}

/** Parts that may fail while answers go on. */
export type DegradedPart =
  | "cache"
  | "history"
  | "retrieval"
  | "limits"
  | "embeddings"
  | "resolve"
  | "profile"
  | "judge";

/** Calls a dependency of an answer. If it fails or is late, the answer continues without it. */
export interface Attempt {
  /** The parts that failed so far, in order. */
  readonly degraded: ReadonlySet<DegradedPart>;
  /** Returns the value of `work`, or `fallback` if it throws or exceeds the deadline. */
  <Value>(part: DegradedPart, work: () => Promise<Value>, fallback: Value): Promise<Value>;
}

/**
 * A failing dependency must not fail the answer: each failure is reported to `onFailure` and shown
 * in the reply.
 *
 * @param deadlineMs timeout of one call; default 250 ms
 * @param turnstile passed after each call: replies to many answers can arrive together, and would
 * otherwise all continue in one turn of the event loop
 */
export function createFailOpen({
  deadlineMs = 250,
  turnstile,
  onFailure,
}: {
  deadlineMs?: number;
  turnstile?: Pick<Turnstile, "resume"> | undefined;
  onFailure: (part: DegradedPart, error: unknown) => void;
}): () => Attempt {
  return () => {
    const degraded = new Set<DegradedPart>();
    const attempt = async <Value>(
      part: DegradedPart,
      work: () => Promise<Value>,
      fallback: Value,
    ): Promise<Value> => {
      try {
        return await withDeadline(work(), deadlineMs);
      } catch (error) {
        degraded.add(part);
        onFailure(part, error);
        return fallback;
      } finally {
        await turnstile?.resume();
      }
    };
    return Object.assign(attempt, { degraded });
  };
}
