import { setTimeout as sleep } from "node:timers/promises";
import { RepriseError } from "../errors.ts";
import { orAfter } from "../operations/or-after.ts";
import { recordBatch, type RefusedTurn } from "./record-batch.ts";
import type { EndedTurn, TurnStore } from "./types.ts";

/** Turns on their way from this process to the record. */
export interface TurnQueue {
  /** @throws RepriseError `not_ready` when it is full: the record has been away for long */
  add(turn: EndedTurn): void;
  /** Resolves when what was added before is in the record, or after `timeoutMs`. */
  settle(timeoutMs: number): Promise<void>;
  /** Writes what is left, for `timeoutMs` at most; says how many turns are lost. */
  close(timeoutMs: number): Promise<number>;
}

/** How it writes. */
export interface TurnQueueOptions {
  readonly store: TurnStore;
  /** Told of each attempt that failed, and of turns that the record refuses. */
  readonly onTrouble: (trouble: { error: unknown; refused?: RefusedTurn; waiting: number }) => void;
  /** Turns that may wait; default 10,000. */
  readonly maxWaiting?: number | undefined;
  /** Turns written together; default 500. */
  readonly batch?: number | undefined;
  /** How long the first turn of a batch waits for others, in milliseconds; default 100. */
  readonly lingerMs?: number | undefined;
  /** Wait after a failure, doubled up to twenty times it, in milliseconds; default 250. */
  readonly retryMs?: number | undefined;
}

/** A queue in this process that writes in batches, one after the other, and keeps what fails. */
export function createTurnQueue({
  store,
  onTrouble,
  maxWaiting = 10_000,
  batch = 500,
  lingerMs = 100,
  retryMs = 250,
}: TurnQueueOptions): TurnQueue {
  const waiting: EndedTurn[] = [];
  let writing: Promise<void> | undefined;
  const pause = createPause();
  let isClosed = false;

  /** Writes what is there after the pause; what comes meanwhile has a pause of its own. */
  async function write(): Promise<void> {
    await pause.wait(lingerMs);
    await writeAll(waiting, { store, onTrouble, batch, retryMs, pause });
  }

  function begin(): void {
    writing ??= write().finally(() => {
      writing = undefined;
      if (waiting.length > 0) begin();
    });
  }

  async function settle(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    // What has just come may be left for the next time.
    for (let time = 0; time < 2; time += 1) {
      pause.cutShort();
      if (writing !== undefined) await orAfter(writing, deadline - Date.now());
    }
  }

  return {
    add(turn) {
      if (isClosed || waiting.length >= maxWaiting) {
        throw new RepriseError("not_ready", "The record takes no more turns now.");
      }
      waiting.push(turn);
      begin();
    },
    settle,
    async close(timeoutMs) {
      isClosed = true;
      const deadline = Date.now() + timeoutMs;
      while (waiting.length > 0 && Date.now() < deadline) {
        await settle(Math.min(1_000, deadline - Date.now()));
      }
      return waiting.splice(0).length;
    },
  };
}

/** Writes those that wait now, and takes them off the queue as they are written. */
async function writeAll(
  waiting: EndedTurn[],
  options: Pick<TurnQueueOptions, "store" | "onTrouble"> & {
    readonly batch: number;
    readonly retryMs: number;
    readonly pause: ReturnType<typeof createPause>;
  },
): Promise<void> {
  const { store, onTrouble, batch, retryMs, pause } = options;
  let [left, failures] = [waiting.length, 0];
  while (left > 0 && waiting.length > 0) {
    const turns = waiting.slice(0, Math.min(left, batch));
    try {
      for (const refused of await recordBatch(store, turns)) {
        onTrouble({ error: refused.error, refused, waiting: waiting.length });
      }
      left -= waiting.splice(0, turns.length).length;
      failures = 0;
    } catch (error) {
      onTrouble({ error, waiting: waiting.length });
      failures += 1;
      await pause.wait(retryMs * Math.min(2 ** (failures - 1), 20));
    }
  }
}

/** A wait that may be cut short, also before it has begun. */
function createPause() {
  let hurry = new AbortController();
  return {
    cutShort: () => hurry.abort(),
    async wait(milliseconds: number): Promise<void> {
      await sleep(milliseconds, undefined, { signal: hurry.signal }).catch(() => undefined);
      if (!hurry.signal.aborted) return;
      hurry = new AbortController();
      // Even who is in a hurry gives others room between two attempts.
      await sleep(5);
    },
  };
}
