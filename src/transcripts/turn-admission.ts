import { setTimeout as sleep } from "node:timers/promises";
import { RepriseError } from "../errors.ts";

/** Longest wait for room, in milliseconds, and how often it is looked for. */
const WAIT_MS = 2_000;
const LOOK_MS = 50;
const RETRY_SECONDS = 5;

/**
 * Lets an answer begin while there is room for its turn. When there is none it waits for a moment, so that
 * answers slow down to the pace of the record.
 *
 * @returns a function that throws RepriseError `not_ready` when there is still no room
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
          "Too many answers wait to be recorded in the database; try again in a moment.";
        throw new RepriseError("not_ready", message, { retryAfterSeconds: RETRY_SECONDS });
      }
      await sleep(LOOK_MS);
    }
  };
}
