import type { Thresholds } from "../cache/verdict.ts";
import type { CacheTier } from "../chat/types.ts";
import type { NanoUsd } from "../usage/types.ts";
import type { ServedFrom } from "./types.ts";

/** The tiers that serve by similarity. */
export type SimilarityTier = Exclude<CacheTier, "exact">;

/** A hit that the model answered too, afterwards. */
export interface ShadowRun {
  readonly tenant: string;
  readonly id: string;
  /** The message that was served the stored answer. */
  readonly lookupId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly tier: SimilarityTier;
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
  readonly thresholds: Pick<Thresholds, "serve" | "grey">;
  /** Under which it was served. */
  readonly policyVersion: number;
  /** False: the stored answer was wrong. */
  readonly same: boolean;
  /** Whose word that is: the rule's, the judge's, or a person's since. */
  readonly decidedBy: "rule" | "judge" | "person";
  /** Of the answer, and of judging it. */
  readonly costNanoUsd: NanoUsd;
}

/** Shadow runs in the system of record. */
export interface ShadowStore {
  add(run: ShadowRun): Promise<void>;
  /**
   * The newest `limit` of a selection, oldest first. What a person says of the lookup outweighs what the
   * run came to.
   */
  list(selection: {
    tenant: string;
    from?: number | undefined;
    to?: number | undefined;
    policyVersion?: number | undefined;
    limit: number;
  }): Promise<readonly ShadowRun[]>;
}
