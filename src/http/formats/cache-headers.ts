import type { CacheOutcome } from "../../chat/types.ts";

const FORWARDED = {
  miss: "miss",
  bypass: "bypass",
  refresh: "request",
  disabled: "bypass",
} as const;

/** What the cache did, as response headers (RFC 9211 and the plain ones), the same for all transports. */
export function cacheHeaders(cache: CacheOutcome): Record<string, string> {
  const similarity =
    cache.similarity === null ? {} : { "X-Cache-Similarity": cache.similarity.toFixed(4) };
  if (cache.status !== "hit") {
    return {
      "Cache-Status": `reprise; fwd=${FORWARDED[cache.status]}`,
      "X-Cache": cache.status.toUpperCase(),
      ...similarity,
    };
  }
  const tier = cache.tier ?? "exact";
  return {
    "Cache-Status": `reprise; hit; detail=${tier}`,
    "X-Cache": tier === "exact" ? "HIT" : `${tier.toUpperCase()}_HIT`,
    Age: String(cache.ageSeconds ?? 0),
    ...similarity,
  };
}
