import type { CacheReason, CacheTier } from "../chat/types.ts";
import type { AnswerEntry, NearEntry } from "./types.ts";

/** A stored answer near the question, and whether all it was made from still stands. */
export interface Candidate extends NearEntry {
  readonly evidenceStands: boolean;
}

/** What a lookup came to. Routes, logs and metrics use this same value. */
export type CacheVerdict =
  | {
      readonly kind: "hit";
      readonly tier: CacheTier;
      readonly entry: AnswerEntry;
      readonly similarity: number;
      readonly reasons: readonly CacheReason[];
    }
  | {
      readonly kind: "miss";
      /** To the nearest entry; null when there was none in the scope. */
      readonly similarity: number | null;
      readonly nearestQuestion: string | null;
      readonly reasons: readonly CacheReason[];
    };

/** The exact tier: the same words in the same scope, still true. */
export function judgeExact(entry: AnswerEntry | undefined, evidenceStands: boolean): CacheVerdict {
  if (entry === undefined) {
    return { kind: "miss", similarity: null, nearestQuestion: null, reasons: ["no-stored-answer"] };
  }
  if (!evidenceStands) {
    return {
      kind: "miss",
      similarity: 1,
      nearestQuestion: entry.question,
      reasons: ["stale-evidence"],
    };
  }
  return { kind: "hit", tier: "exact", entry, similarity: 1, reasons: ["exact-match"] };
}

/**
 * The semantic tier: the nearest candidate at or above the threshold whose evidence stands.
 *
 * @param candidates nearest first
 * @param threshold least cosine similarity, 0..1
 */
export function judgeNearest(candidates: readonly Candidate[], threshold: number): CacheVerdict {
  const nearest = candidates[0];
  if (nearest === undefined) return judgeExact(undefined, false);
  const near = candidates.filter((candidate) => candidate.similarity >= threshold);
  const served = near.find((candidate) => candidate.evidenceStands);
  if (served !== undefined) {
    return {
      kind: "hit",
      tier: "semantic",
      entry: served.entry,
      similarity: served.similarity,
      reasons: ["similarity-above-threshold"],
    };
  }
  return {
    kind: "miss",
    similarity: nearest.similarity,
    nearestQuestion: nearest.entry.question,
    reasons: [near.length > 0 ? "stale-evidence" : "similarity-below-threshold"],
  };
}
