const HOUR_MS = 60 * 60 * 1000;
/** A start is no time for more work than it needs. */
const FIRST_MS = 60_000;

/** Runs a sweep a minute after the start and then each hour, one at a time. */
export function startSweeper({
  sweep,
  onTrouble,
}: {
  sweep: () => Promise<void>;
  onTrouble: (error: unknown) => void;
}): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  let isClosed = false;
  const schedule = (milliseconds: number) => {
    if (isClosed) return;
    timer = setTimeout(() => {
      sweeping = sweep()
        .catch(onTrouble)
        .finally(() => schedule(HOUR_MS));
    }, milliseconds);
    timer.unref();
  };
  schedule(FIRST_MS);
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}
