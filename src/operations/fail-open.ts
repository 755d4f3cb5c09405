import type { DegradedPart } from "../chat/types.ts";
import type { Turnstile } from "./turnstile.ts";
import { withDeadline } from "./with-deadline.ts";

/** Runs a helper of an answer; when it fails or is late, goes on without it. */
export interface Attempt {
  /** The parts that failed so far, in the order of their failing. */
  readonly degraded: ReadonlySet<DegradedPart>;
  /** The work's value, or `fallback` when it throws or takes longer than the deadline. */
  <Value>(part: DegradedPart, work: () => Promise<Value>, fallback: Value): Promise<Value>;
}

/**
 * Helpers may fail, the answer may not: each failure is told to `onFailure` and shown in the reply.
 *
 * @param deadlineMs longest wait for one call; default 250 ms
 * @param turnstile passed after each call: replies to many answers come at once, and all of them would go on
 *   in one turn of the event loop
 */
export function createFailOpen({
  deadlineMs = 250,
  turnstile,
  onFailure,
}: {
  deadlineMs?: number;
  turnstile?: Pick<Turnstile, "goOn"> | undefined;
  onFailure: (part: DegradedPart, error: unknown) => void;
}): () => Attempt {
  return () => {
    const degraded = new Set<DegradedPart>();
    const attempt = async <Value>(
      part: DegradedPart,
      work: () => Promise<Value>,
      fallback: Value,
    ): Promise<Value> => {
      try {
        return await withDeadline(work(), deadlineMs);
      } catch (error) {
        degraded.add(part);
        onFailure(part, error);
        return fallback;
      } finally {
        await turnstile?.goOn();
      }
    };
    return Object.assign(attempt, { degraded });
  };
}
