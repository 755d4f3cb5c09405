import { RepriseError } from "../errors.ts";

/**
 * What a provider threw as an error of ours: `model_timeout` when it took too long, `model_failed`
 * otherwise. Its own words are kept as the cause, for the log, and never shown: they can hold keys.
 *
 * @param signal the one that the call was given; a timeout is told from it
 */
export function toModelError(error: unknown, signal?: AbortSignal): RepriseError {
  if (error instanceof RepriseError) return error;
  if (isTimeout(error) || isTimeout(signal?.reason)) {
    return new RepriseError("model_timeout", "The model did not answer in time; try again.", {
      cause: error,
    });
  }
  const status = statusOf(error);
  const said = status === undefined ? "could not be reached" : `answered with status ${status}`;
  return new RepriseError("model_failed", `The model ${said}; nothing was stored, try again.`, {
    cause: error,
  });
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === "TimeoutError" || /timed? ?out/i.test(error.message))
  );
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}
