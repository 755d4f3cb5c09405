import type { Logger } from "../operations/logger.ts";
import type { SpilledFile, SpilledTurns } from "./spilled-turns.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { TurnStore } from "./types.ts";

/** How often the record is asked whether all turns of a file are in it, in milliseconds. */
const LOOK_MS = 1_000;

/** Brings turns that earlier processes left in files into the record. */
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
        logger.warn({ err }, "a file of unrecorded turns cannot be removed");
      });
    }, LOOK_MS);
    timer.unref();
  }

  async function begin(): Promise<void> {
    const files = await spilled.load();
    const turns = files.flatMap((file) => file.turns);
    for (const turn of turns) queue.add(turn);
    if (files.length === 0) return;
    logger.info({ turns: turns.length }, "turns of an earlier process are recorded now");
    schedule(files);
  }

  begin().catch((err: unknown) => {
    logger.error({ err }, "files of unrecorded turns cannot be read");
  });
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
