import type { Logger } from "../operations/logger.ts";
import type { SpilledFile, SpilledTurns } from "./spilled-turns.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { TurnStore } from "./types.ts";

/** Interval of checks whether all turns of a file are in the database, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Queues the turns that earlier processes saved to files, and removes each file when its turns are
 * in the database.
 */
export function resumeSpilled({
  spilled,
  queue,
  store,
  logger,
}: {
  spilled: SpilledTurns;
  queue: Pick<TurnQueue, "add">;
  store: Pick<TurnStore, "missing">;
  logger: Logger;
}): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function removeRecorded(files: readonly SpilledFile[]): Promise<void> {
    const left: SpilledFile[] = [];
    for (const file of files) {
      const missing = await store.missing(file.turns).catch(() => file.turns);
      if (missing.length > 0) left.push(file);
      else await file.remove();
    }
    if (left.length > 0) schedule(left);
  }

  function schedule(files: readonly SpilledFile[]): void {
    if (isClosed) return;
    timer = setTimeout(() => {
      removeRecorded(files).catch((err: unknown) => {
        logger.warn({ err }, "cannot remove a file of saved turns");
      });
    }, LOOK_MS);
    timer.unref();
  }

  async function begin(): Promise<void> {
    const files = await spilled.load();
    const turns = files.flatMap((file) => file.turns);
    for (const turn of turns) queue.add(turn);
    if (files.length === 0) return;
    logger.info({ turns: turns.length }, "writing turns that an earlier process saved to a file");
    schedule(files);
  }

  begin().catch((err: unknown) => {
    logger.error({ err }, "cannot read the files of saved turns");
  });
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
