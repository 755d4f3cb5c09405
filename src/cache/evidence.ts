import type { RetrievalTrace } from "../knowledge/types.ts";

/**
 * What the passages say of two questions: they retrieve the same, or not; `unknown` where there are no
 * passages to ask.
 */
export type Agreement = "agrees" | "differs" | "unknown";

/** Whether a question retrieves now what a stored question retrieved when it was answered. */
export function compareEvidence(
  asked: RetrievalTrace | undefined,
  stored: RetrievalTrace,
): Agreement {
  const [first] = asked?.byVector ?? [];
  if (first === undefined || stored.byVector.length === 0) return "unknown";
  return first === stored.byVector[0] ? "agrees" : "differs";
}

/**
 * Whether a question retrieves first, by meaning or by fusion, a passage that its answer was made
 * without: a new document may say otherwise.
 */
export function hasNewFirstPassage(now: RetrievalTrace, then: RetrievalTrace): boolean {
  const known = new Set([...then.fused, ...then.byVector]);
  return [now.fused[0], now.byVector[0]].some((first) => first !== undefined && !known.has(first));
}
