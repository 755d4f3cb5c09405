import { setTimeout as sleep } from "node:timers/promises";
import type { LookupNote } from "../answer/note-lookup.ts";
import type { LoggedLookup, LookupStore } from "./lookup-types.ts";
import { makeLookup, type LookupTexts } from "./make-lookup.ts";

/** Queues lookups in this process and writes them to the log. */
export interface LookupLog {
  /** Queues a lookup. Returns at once and never throws. */
  note(note: LookupNote): void;
  /** Resolves when the lookups queued before are written or dropped. */
  settle(): Promise<void>;
  /** Writes the remaining lookups and stops. */
  close(): Promise<void>;
}

/** Dependencies and limits of the log. */
export interface LookupLogOptions {
  readonly store: Pick<LookupStore, "add" | "trim">;
  /** Fraction of the lookups that are logged, 0..1. */
  readonly sample: number;
  /** Maximum rows per tenant; 0 disables the log. */
  readonly maxRows: number;
  readonly texts: LookupTexts;
  /** Random number, 0 up to 1. */
  readonly random: () => number;
  /** Called for dropped lookups: the database is unavailable or too slow. */
  readonly onLost: (lost: { count: number; error?: unknown }) => void;
  /** Maximum queued lookups; default 5,000. */
  readonly maxWaiting?: number | undefined;
  /** How long the first lookup of a batch waits for more, in milliseconds; default 200. */
  readonly lingerMs?: number | undefined;
}

/** Batch size, small because SQLite writes on this thread. */
const BATCH = 50;
/** Attempts before a batch is dropped: the log is not essential. */
const ATTEMPTS = 3;
const RETRY_MS = 250;
/** A tenant's log is trimmed each time this share of its limit has been added. */
const TRIM_SHARE = 0.02;

/**
 * A bounded in-process queue. Lookups that do not fit or cannot be written are dropped and
 * reported.
 */
export function createLookupLog(options: LookupLogOptions): LookupLog {
  const { sample, maxRows, random, onLost, maxWaiting = 5_000, lingerMs = 200 } = options;
  const waiting: LookupNote[] = [];
  const bound = createBound(options);
  let writing: Promise<void> | undefined;
  let controller = new AbortController();

  /** Writes the queued lookups after a pause. Lookups that arrive meanwhile wait for the next run. */
  async function write(): Promise<void> {
    await sleep(lingerMs, undefined, { signal: controller.signal, ref: false }).catch(
      () => undefined,
    );
    controller = new AbortController();
    const batches = Math.ceil(waiting.length / BATCH);
    for (let batch = 0; batch < batches; batch += 1) {
      const notes = waiting.splice(0, BATCH);
      try {
        const lookups = await Promise.all(notes.map((note) => toLookup(note, options)));
        await writeBatch(lookups, options);
        await bound(lookups);
      } catch (error) {
        onLost({ count: notes.length, error });
      }
    }
  }

  function begin(): void {
    writing ??= write().finally(() => {
      writing = undefined;
      if (waiting.length > 0) begin();
    });
  }

  async function settle(): Promise<void> {
    // A lookup that was just added may only be written by the second run.
    for (let time = 0; time < 2; time += 1) {
      controller.abort();
      await writing;
    }
  }

  return {
    note(note) {
      if (maxRows === 0 || (sample < 1 && random() >= sample)) return;
      if (waiting.length >= maxWaiting) {
        onLost({ count: 1 });
        return;
      }
      waiting.push(note);
      begin();
    },
    settle,
    close: settle,
  };
}

async function toLookup(note: LookupNote, { texts }: LookupLogOptions): Promise<LoggedLookup> {
  const retrieved = await note.retrieval?.catch(() => undefined);
  return makeLookup(note, retrieved, texts);
}

async function writeBatch(
  lookups: readonly LoggedLookup[],
  { store }: LookupLogOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.add(lookups);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS * attempt, undefined, { ref: false });
    }
  }
}

/** Trims the log of each tenant now and then. */
function createBound({ store, maxRows }: LookupLogOptions) {
  const added = new Map<string, number>();
  return async (lookups: readonly LoggedLookup[]): Promise<void> => {
    for (const { tenant } of lookups) {
      const count = (added.get(tenant) ?? Infinity) + 1;
      added.set(tenant, count);
      if (count < maxRows * TRIM_SHARE) continue;
      added.set(tenant, 0);
      await store.trim({ tenant, keep: maxRows });
    }
  };
}
