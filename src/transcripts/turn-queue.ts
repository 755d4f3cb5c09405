import { setTimeout as sleep } from "node:timers/promises";
import { waitAtMost } from "../operations/with-deadline.ts";
import {
  recordBatch,
  type BatchResult,
  createRetrySchedule,
  type RetrySchedule,
} from "./record-batch.ts";
import type { EndedTurn, DeferredTurn, TurnStore } from "./types.ts";

/** Turns waiting in this process to be written to the database. */
export interface TurnQueue {
  /** Turns not yet in the database, deferred ones included. */
  readonly size: number;
  /** True once `close` has ended: turns added after that are not written. */
  readonly isClosed: boolean;
  /** Never rejects. Admission is checked before an answer starts. */
  add(turn: EndedTurn): void;
  /**
   * Waits at most `timeoutMs` until the turns added before are in the database. Does not wait for
   * deferred turns.
   *
   * @param tenant counts only the turns of this tenant; undefined: all
   * @returns true if all of them are in the database
   */
  settle(timeoutMs: number, tenant?: string): Promise<boolean>;
  /**
   * Writes the remaining turns for at most `timeoutMs`, then stops.
   *
   * @returns the turns not in the database, including those whose write has not ended
   */
  close(timeoutMs: number): Promise<readonly EndedTurn[]>;
}

/** Dependencies and intervals of the queue. */
export interface TurnQueueOptions {
  readonly store: TurnStore;
  /** Called for each failed attempt, and once for each deferred turn. */
  readonly onError: (failure: { error: unknown; deferred?: DeferredTurn; waiting: number }) => void;
  /** How long the first turn of a batch waits for more, in milliseconds; default 100. */
  readonly lingerMs?: number | undefined;
  /** Delay after a failure, doubled up to twenty times, in milliseconds; default 250. */
  readonly retryMs?: number | undefined;
}

/** An in-process queue that writes batches one after the other, and keeps turns that fail. */
export function createTurnQueue(options: TurnQueueOptions): TurnQueue {
  const { lingerMs = 100 } = options;
  const held = holdNothing();
  const { deferred } = held;
  const pause = createPause();
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;

  /** Writes the queued turns after the pause. Turns that arrive meanwhile wait for the next run. */
  async function write(): Promise<void> {
    await pause.wait(lingerMs);
    if (held.isClosed) return;
    await retryDeferred(held, options);
    await writePending(held, options, pause);
  }

  function begin(): void {
    clearTimeout(retry);
    writing ??= write().finally(() => {
      writing = undefined;
      if (held.isClosed) return;
      const next = deferred.nextAt();
      if (held.waiting.length > 0) begin();
      else if (next !== undefined) {
        retry = setTimeout(begin, Math.max(0, next - Date.now()));
        retry.unref();
      }
    });
  }

  async function flush(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    // A turn that was just added may only be written by the second run.
    for (let time = 0; time < 2; time += 1) {
      pause.cutShort();
      if (writing !== undefined) await waitAtMost(writing, deadline - Date.now());
    }
  }

  return {
    get size() {
      return held.waiting.length + held.inProgress.length + deferred.size;
    },
    get isClosed() {
      return held.isClosed;
    },
    add(turn) {
      held.waiting.push(turn);
      begin();
    },
    settle: (timeoutMs, tenant) => settle(held, () => flush(timeoutMs), tenant),
    async close(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      deferred.makeAllDue();
      if (deferred.size > 0) begin();
      while (pendingTurns(held).length > 0 && Date.now() < deadline) {
        await flush(Math.min(1_000, deadline - Date.now()));
      }
      if (deferred.size > 0 && writing !== undefined) await flush(deadline - Date.now());
      clearTimeout(retry);
      held.isClosed = true;
      pause.cutShort();
      return [...pendingTurns(held), ...deferred.all()];
    },
  };
}

/** The state of a queue. */
interface Held {
  readonly waiting: EndedTurn[];
  /** The batch being written. */
  inProgress: readonly EndedTurn[];
  readonly deferred: RetrySchedule;
  /** Number of consecutive failed batches. */
  failures: number;
  /** After closing, the remaining turns belong to the caller of `close`. */
  isClosed: boolean;
}

const pendingTurns = ({ inProgress, waiting }: Held) => [...inProgress, ...waiting];

/** Flushes, and returns whether the tenant's current turns are in the database. */
async function settle(
  held: Held,
  flush: () => Promise<void>,
  tenant: string | undefined,
): Promise<boolean> {
  const isAsked = ({ entry }: EndedTurn) => tenant === undefined || entry.tenant === tenant;
  const asked = pendingTurns(held).filter(isAsked);
  if (asked.length > 0) await flush();
  const left = new Set(pendingTurns(held));
  return !asked.some((turn) => left.has(turn)) && !held.deferred.all().some(isAsked);
}

function holdNothing(): Held {
  const deferred = createRetrySchedule(Date.now);
  return { waiting: [], inProgress: [], deferred, failures: 0, isClosed: false };
}

type Writing = Pick<TurnQueueOptions, "store" | "onError" | "retryMs">;

/** Writes the turns queued now, batch by batch. */
async function writePending(
  held: Held,
  options: Writing,
  pause: ReturnType<typeof createPause>,
): Promise<void> {
  const { store, retryMs = 250 } = options;
  let left = held.waiting.length;
  while (left > 0 && held.waiting.length > 0 && !held.isClosed) {
    const turns = held.waiting.splice(0, Math.min(left, store.batch));
    const taken = await writeBatch(turns, held, options);
    left -= taken;
    if (taken === turns.length) continue;
    await pause.wait(retryMs * Math.min(2 ** (held.failures - 1), 20));
  }
}

/** Writes a batch; turns not written return to the front of the queue. Returns how many are done. */
async function writeBatch(
  turns: readonly EndedTurn[],
  held: Held,
  options: Writing,
): Promise<number> {
  held.inProgress = turns;
  const result = await attempt(turns, held, options);
  held.inProgress = [];
  const left = result?.untried ?? turns;
  held.waiting.unshift(...left);
  deferTurns(result?.deferred ?? [], held, options);
  held.failures = left.length === 0 ? 0 : held.failures + 1;
  return turns.length - left.length;
}

/** Retries the deferred turns that are due. */
async function retryDeferred(held: Held, options: Writing): Promise<void> {
  const turns = held.deferred.due(options.store.batch);
  if (turns.length === 0) return;
  const result = await attempt(turns, held, options);
  const cause = new Error("the database is unavailable");
  const deferred = result?.deferred ?? turns.map((turn) => ({ turn, cause }));
  const left = new Set([...deferred.map(({ turn }) => turn), ...(result?.untried ?? [])]);
  for (const turn of turns) if (!left.has(turn)) held.deferred.remove(turn.entry.id);
  deferTurns(deferred, held, options);
}

function deferTurns(turns: readonly DeferredTurn[], held: Held, { onError }: Writing): void {
  for (const one of turns) {
    if (!held.deferred.add(one)) continue;
    onError({ error: one.cause, deferred: one, waiting: held.waiting.length });
  }
}

/** Returns undefined when the database is unavailable. */
async function attempt(
  turns: readonly EndedTurn[],
  held: Held,
  { store, onError }: Writing,
): Promise<BatchResult | undefined> {
  try {
    return await recordBatch(store, turns);
  } catch (error) {
    onError({ error, waiting: held.waiting.length + turns.length });
    return undefined;
  }
}

/** A delay that can be cut short, even before it has started. */
function createPause() {
  let controller = new AbortController();
  return {
    cutShort: () => controller.abort(),
    async wait(milliseconds: number): Promise<void> {
      await sleep(milliseconds, undefined, { signal: controller.signal }).catch(() => undefined);
      if (!controller.signal.aborted) return;
      controller = new AbortController();
      // Even when flushing, leave other work some time between two attempts.
      await sleep(5);
    },
  };
}
