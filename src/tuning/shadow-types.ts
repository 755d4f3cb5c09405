import type { Thresholds } from "../cache/verdict.ts";
import type { CacheTier } from "../cache/types.ts";
import type { NanoUsd } from "../usage/types.ts";
import type { ServedFrom } from "./types.ts";

/** The tiers that serve by similarity. */
export type SimilarityTier = Exclude<CacheTier, "exact">;

/** A hit that was also answered by the model, for comparison. */
export interface ShadowRun {
  readonly tenant: string;
  readonly id: string;
  /** Id of the message that was served from the cache. */
  readonly lookupId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly tier: SimilarityTier;
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
  readonly thresholds: Pick<Thresholds, "serve" | "grey">;
  /** Version of the policy it was served under. */
  readonly policyVersion: number;
  /** False if the cached answer was wrong. */
  readonly same: boolean;
  /** Who decided: the rule, the judge, or later a person. */
  readonly decidedBy: "rule" | "judge" | "person";
  /** Cost of the answer and of judging it. */
  readonly costNanoUsd: NanoUsd;
}

/** Shadow runs in the database. */
export interface ShadowStore {
  add(run: ShadowRun): Promise<void>;
  /**
   * The newest `limit` runs of a selection, oldest first. A person's label of the lookup overrides
   * the result of the run.
   */
  list(selection: {
    tenant: string;
    from?: number | undefined;
    to?: number | undefined;
    policyVersion?: number | undefined;
    limit: number;
  }): Promise<readonly ShadowRun[]>;
}
