import type { Turnstile } from "./turnstile.ts";
import { withDeadline } from "./with-deadline.ts";

/** Parts that may fail while answers go on. */
export type DegradedPart =
  | "cache"
  | "history"
  | "retrieval"
  | "limits"
  | "embeddings"
  | "resolve"
  | "profile"
  | "judge";

/** Calls a dependency of an answer. If it fails or is late, the answer continues without it. */
export interface Attempt {
  /** The parts that failed so far, in order. */
  readonly degraded: ReadonlySet<DegradedPart>;
  /** Returns the value of `work`, or `fallback` if it throws or exceeds the deadline. */
  <Value>(part: DegradedPart, work: () => Promise<Value>, fallback: Value): Promise<Value>;
}

/**
 * A failing dependency must not fail the answer: each failure is reported to `onFailure` and shown
 * in the reply.
 *
 * @param deadlineMs timeout of one call; default 250 ms
 * @param turnstile passed after each call: replies to many answers can arrive together, and would
 * otherwise all continue in one turn of the event loop
 */
export function createFailOpen({
  deadlineMs = 250,
  turnstile,
  onFailure,
}: {
  deadlineMs?: number;
  turnstile?: Pick<Turnstile, "resume"> | undefined;
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
        await turnstile?.resume();
      }
    };
    return Object.assign(attempt, { degraded });
  };
}
