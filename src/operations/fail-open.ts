import type { DegradedPart } from "../chat/types.ts";
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
 */
export function createFailOpen({
  deadlineMs = 250,
  onFailure,
}: {
  deadlineMs?: number;
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
      }
    };
    return Object.assign(attempt, { degraded });
  };
}
