import type { z } from "zod";
import type { CachePolicy } from "../cache/policy.ts";
import type { policyRequestSchema } from "./schemas/policy-schemas.ts";

/** A policy with what a body says of it; what is left out stays. */
export function changePolicy(
  before: CachePolicy,
  body: z.output<typeof policyRequestSchema>,
): CachePolicy {
  const { target_wrong_hit_rate: target = before.targetWrongHitRate } = body;
  return {
    threshold: body.threshold ?? before.threshold,
    greyThreshold: body.grey_threshold ?? before.greyThreshold,
    ttlSeconds: body.ttl_seconds ?? before.ttlSeconds,
    guards: { ...before.guards, ...body.guards },
    evidence: body.evidence ?? before.evidence,
    shadowRate: body.shadow_rate ?? before.shadowRate,
    targetWrongHitRate: target,
  };
}
