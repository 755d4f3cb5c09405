import { RepriseError } from "../errors.ts";

/** How long nobody asks a server that did not answer in time, in milliseconds. */
const PAUSE_MS = 10_000;

/** Runs work for someone who waits, unless the last one waited in vain. */
export type Pause = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * A server that does not answer costs everyone who waits for it the whole wait; after one has waited so,
 * others are told at once, for a while.
 *
 * @param now milliseconds; never goes back
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
