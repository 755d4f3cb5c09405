import type { GuardSwitches } from "./guards/types.ts";
import type { EvidenceRule } from "./verdict.ts";

/** The cache settings of a tenant. */
export interface CachePolicy {
  /** Minimum cosine similarity of a semantic hit, 0..1. */
  readonly threshold: number;
  /** Minimum similarity of a verified hit. No grey zone unless below `threshold`. */
  readonly greyThreshold: number;
  readonly ttlSeconds: number;
  readonly guards?: GuardSwitches | undefined;
  /** When evidence is required. Default: `in-doubt`. */
  readonly evidence?: EvidenceRule | undefined;
  /** Share of semantic and verified hits with a shadow run. Default 0. */
  readonly shadowRate?: number | undefined;
  /** Wrong-hit rate above which the thresholds tighten automatically. Null or undefined: never. */
  readonly targetWrongHitRate?: number | null | undefined;
}
