import type { NanoUsd } from "../usage/types.ts";

/** Sources of labels, in order of priority: the first outweighs all others. */
export const LABEL_SOURCES = ["person", "feedback", "shadow", "judge"] as const;

export type LabelSource = (typeof LABEL_SOURCES)[number];

/** The highest thresholds at which a cached answer is served; null: at none. */
export interface ServedFrom {
  /** Highest serve threshold at which it is served. */
  readonly serve: number | null;
  /** Highest grey threshold at which it is served in the grey zone. */
  readonly grey: number | null;
}

/** A question, its nearest cached question, and whether one answer fits both. */
export interface Observation {
  /** Cosine similarity, 0..1. */
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
  /** True if the cached answer fits the question. */
  readonly same: boolean;
  readonly source: LabelSource;
  /** Category of the documents; undefined if unknown. */
  readonly category?: string | undefined;
  /** Savings of the hit; undefined if unknown. */
  readonly saved?: Saving | undefined;
}

/** Tokens and cost that a hit saves. */
export interface Saving {
  readonly tokens: number;
  readonly nanoUsd: NanoUsd;
}
