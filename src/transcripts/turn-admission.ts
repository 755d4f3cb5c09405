import { setTimeout as sleep } from "node:timers/promises";
import { RepriseError } from "../errors.ts";

/** Maximum wait for capacity and the interval of checks, in milliseconds. */
const WAIT_MS = 2_000;
const LOOK_MS = 50;
const RETRY_SECONDS = 5;

/**
 * Admits an answer while there is capacity for its turn. At the limit it waits briefly, so that
 * answers slow down to the rate of the database.
 *
 * @returns a function that throws RepriseError `not_ready` when there is still no capacity
 */
export function createAdmission(
  isFull: () => boolean,
  waitMs: number = WAIT_MS,
): () => Promise<void> {
  return async () => {
    const deadline = Date.now() + waitMs;
    while (isFull()) {
      if (Date.now() >= deadline) {
        const message =
          "Too many answers are waiting to be written to the database. Try again in a moment.";
        throw new RepriseError("not_ready", message, { retryAfterSeconds: RETRY_SECONDS });
      }
      await sleep(LOOK_MS);
    }
  };
}
