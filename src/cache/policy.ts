import type { GuardSwitches } from "./guards/types.ts";
import type { EvidenceRule } from "./verdict.ts";

/** What product teams set of the cache. */
export interface CachePolicy {
  /** Least cosine similarity of a served answer, 0..1. */
  readonly threshold: number;
  /** Least similarity of a verified one; at or above `threshold`: no grey zone. */
  readonly greyThreshold: number;
  readonly ttlSeconds: number;
  readonly guards?: GuardSwitches | undefined;
  /** When the passages have to agree; none: in doubt. */
  readonly evidence?: EvidenceRule | undefined;
  /** Share of the semantic and verified hits that are answered anew in the shadow; none: 0. */
  readonly shadowRate?: number | undefined;
  /** Beyond it the thresholds tighten by themselves; null or none: never. */
  readonly targetWrongHitRate?: number | null | undefined;
}
