import { RepriseError } from "../errors.ts";

/** Duration of the pause after a timeout, in milliseconds. */
const PAUSE_MS = 10_000;

/** Runs work unless the last call timed out recently. */
export type Pause = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * Protects callers from a server that does not respond: after one call timed out, further calls fail at once
 * for a while.
 *
 * @param now monotonic clock, in milliseconds
 */
export function createPause(now: () => number = () => performance.now()): Pause {
  let until = 0;
  let last: unknown;
  return async (work) => {
    if (now() < until) throw last;
    try {
      return await work();
    } catch (error) {
      if (error instanceof RepriseError && error.code === "model_timed_out") {
        until = now() + PAUSE_MS;
        last = error;
      }
      throw error;
    }
  };
}
