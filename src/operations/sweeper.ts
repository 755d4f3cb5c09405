const HOUR_MS = 60 * 60 * 1000;
/** Delay of the first sweep, to keep the start fast. */
const FIRST_MS = 60_000;

/** Runs a sweep one minute after the start and then every hour, one at a time. */
export function startSweeper({
  sweep,
  onError,
}: {
  sweep: () => Promise<void>;
  onError: (error: unknown) => void;
}): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  let isClosed = false;
  const schedule = (milliseconds: number) => {
    if (isClosed) return;
    timer = setTimeout(() => {
      sweeping = sweep()
        .catch(onError)
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
