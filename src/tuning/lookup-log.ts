import { setTimeout as sleep } from "node:timers/promises";
import type { LookupNote } from "../answer/note-lookup.ts";
import type { LoggedLookup, LookupStore } from "./lookup-types.ts";
import { makeLookup, type LookupTexts } from "./make-lookup.ts";

/** Lookups on their way from this process to the log. */
export interface LookupLog {
  /** Returns at once and never throws. */
  note(note: LookupNote): void;
  /** Resolves when what was noted before is written or given up. */
  settle(): Promise<void>;
  /** Writes what is left and stops. */
  close(): Promise<void>;
}

/** How it writes. */
export interface LookupLogOptions {
  readonly store: Pick<LookupStore, "add" | "trim">;
  /** Share of the lookups that are kept, 0..1. */
  readonly sample: number;
  /** Of each tenant; 0: no log. */
  readonly maxRows: number;
  readonly texts: LookupTexts;
  /** 0 up to 1. */
  readonly random: () => number;
  /** Told of notes that are lost: the record is away, or too slow. */
  readonly onLost: (lost: { count: number; error?: unknown }) => void;
  /** Notes that may wait; default 5,000. */
  readonly maxWaiting?: number | undefined;
  /** How long the first note of a batch waits for others, in milliseconds; default 200. */
  readonly lingerMs?: number | undefined;
}

/** Notes written together: few enough that SQLite, which writes in this thread, holds up nobody. */
const BATCH = 50;
/** Tries of a batch before it is lost: answers matter, their log less. */
const ATTEMPTS = 3;
const RETRY_MS = 250;
/** The bound of a tenant is seen to each time that this share of it has come. */
const TRIM_SHARE = 0.02;

/** A bounded queue in this process; what does not fit, or cannot be written, is lost and told. */
export function createLookupLog(options: LookupLogOptions): LookupLog {
  const { sample, maxRows, random, onLost, maxWaiting = 5_000, lingerMs = 200 } = options;
  const waiting: LookupNote[] = [];
  const bound = createBound(options);
  let writing: Promise<void> | undefined;
  let hurry = new AbortController();

  /** Writes what is there after the pause; what comes meanwhile has a pause of its own. */
  async function write(): Promise<void> {
    await sleep(lingerMs, undefined, { signal: hurry.signal, ref: false }).catch(() => undefined);
    hurry = new AbortController();
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
    // What has just come may be left for the next time.
    for (let time = 0; time < 2; time += 1) {
      hurry.abort();
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

/** Sees to it, now and then, that no tenant has more rows than it may. */
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
