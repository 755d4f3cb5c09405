import type { SyncReport } from "./sync-folder.ts";

/** Time between two looks, in milliseconds. A change is taken over once two looks find the same files. */
const LOOK_MS = 1_000;
/** Maximum pause after failures, in milliseconds. */
const MAX_PAUSE_MS = 60_000;

/** Dependencies of `watchFolder`. */
export interface WatchOptions {
  /** The state of each file, by path; see `readStamps`. */
  readonly look: () => Promise<ReadonlyMap<string, string>>;
  /** Takes the files over as they are now. */
  readonly sync: () => Promise<SyncReport>;
  readonly onSynced: (report: SyncReport) => void;
  /** Called for each failed attempt. The next one follows after a pause that doubles, up to a minute. */
  readonly onError: (error: unknown) => void;
  readonly lookMs?: number | undefined;
}

/**
 * Takes changes of a folder over until it is closed. It compares the files at intervals: unlike notifications of the
 * operating system, that works on network and container file systems, and misses nothing. A file that is written in
 * steps, or is missing for a moment while an editor replaces it, is taken over once.
 *
 * If all files are gone, the folder is probably not mounted: nothing is removed then.
 */
export function watchFolder(options: WatchOptions): { close(): Promise<void> } {
  const { look, sync, onSynced, onError, lookMs = LOOK_MS } = options;
  let synced: string | undefined;
  let last: string | undefined;
  let failures = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function step(): Promise<void> {
    const files = await look();
    const state = JSON.stringify([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
    const isSettled = state === last;
    last = state;
    if (state === synced || !isSettled) return;
    if (files.size === 0) throw new Error("the folder has no files; nothing is removed");
    const report = await sync();
    // A change during the run gives the next look another state.
    if (synced !== undefined) onSynced(report);
    synced = state;
    failures = 0;
  }

  function wait(): void {
    if (isClosed) return;
    const pauseMs = failures === 0 ? lookMs : Math.min(lookMs * 2 ** failures, MAX_PAUSE_MS);
    timer = setTimeout(() => {
      running = step()
        .catch((error: unknown) => {
          failures += 1;
          if (!isClosed) onError(error);
        })
        .finally(wait);
    }, pauseMs).unref();
  }

  wait();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
