import type { NanoUsd } from "../usage/types.ts";

/** Who said whether two questions may share an answer. The first outweighs all that follow, and so on. */
export const LABEL_SOURCES = ["person", "feedback", "shadow", "judge"] as const;

export type LabelSource = (typeof LABEL_SOURCES)[number];

/** From which similarity a stored answer is served; null: at no similarity. */
export interface ServedFrom {
  /** By the serve threshold: served where the threshold is at or below it. */
  readonly serve: number | null;
  /** By the grey threshold, in the grey zone. */
  readonly grey: number | null;
}

/** One question with its nearest stored one, and whether they may share an answer. */
export interface Observation {
  /** Cosine similarity, 0..1. */
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
  /** True: the stored answer answers the question. */
  readonly same: boolean;
  readonly source: LabelSource;
  /** Of the documents; none: not known. */
  readonly category?: string | undefined;
  /** What serving it spares; none: not known. */
  readonly saved?: Saving | undefined;
}

/** Tokens and money that a hit spares. */
export interface Saving {
  readonly tokens: number;
  readonly nanoUsd: NanoUsd;
}
