import type { CachePolicy } from "../cache/policy.ts";
import type { ReplaySetting } from "./replay.ts";

/** What of a policy a replay is run under. */
export function toReplaySetting(policy: CachePolicy): ReplaySetting {
  const { threshold: serve, greyThreshold: grey, evidence, guards, ttlSeconds } = policy;
  return { thresholds: { serve, grey, evidence }, guards, ttlSeconds };
}
