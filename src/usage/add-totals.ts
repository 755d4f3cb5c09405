import type { UsageTotals } from "./types.ts";

/** The totals of an empty set of requests. */
export const NO_TOTALS: UsageTotals = {
  requests: 0,
  hits: { exact: 0, semantic: 0, verified: 0 },
  misses: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedPromptTokens: 0,
  reasoningTokens: 0,
  embeddingTokens: 0,
  estimated: 0,
  saved: { promptTokens: 0, completionTokens: 0 },
  totalNanoUsd: 0n,
  savedNanoUsd: 0n,
  netSavedNanoUsd: 0n,
  unpriced: 0,
  shadow: { runs: 0, nanoUsd: 0n },
};

/** Adds the totals of two sets of requests. */
export function addTotals(a: UsageTotals, b: UsageTotals): UsageTotals {
  return {
    requests: a.requests + b.requests,
    hits: {
      exact: a.hits.exact + b.hits.exact,
      semantic: a.hits.semantic + b.hits.semantic,
      verified: a.hits.verified + b.hits.verified,
    },
    misses: a.misses + b.misses,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    cachedPromptTokens: a.cachedPromptTokens + b.cachedPromptTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    embeddingTokens: a.embeddingTokens + b.embeddingTokens,
    estimated: a.estimated + b.estimated,
    saved: {
      promptTokens: a.saved.promptTokens + b.saved.promptTokens,
      completionTokens: a.saved.completionTokens + b.saved.completionTokens,
    },
    totalNanoUsd: a.totalNanoUsd + b.totalNanoUsd,
    savedNanoUsd: a.savedNanoUsd + b.savedNanoUsd,
    netSavedNanoUsd: a.netSavedNanoUsd + b.netSavedNanoUsd,
    unpriced: a.unpriced + b.unpriced,
    shadow: {
      runs: a.shadow.runs + b.shadow.runs,
      nanoUsd: a.shadow.nanoUsd + b.shadow.nanoUsd,
    },
  };
}

/** Hits / (hits + misses); 0 without lookups. */
export function hitRate({ hits, misses }: Pick<UsageTotals, "hits" | "misses">): number {
  const found = hits.exact + hits.semantic + hits.verified;
  return found + misses === 0 ? 0 : found / (found + misses);
}

/**
 * Ledger statuses of shadow runs: answers generated alongside hits, and the judge calls that
 * compare them.
 */
export const SHADOW_STATUSES = ["shadow", "shadow-judged"] as const;

/**
 * Ledger statuses that are not user questions: judge calls, client embeddings and shadow runs. They
 * cost money but do not count as requests.
 */
export const NON_REQUEST_STATUSES = ["judged", "embeddings", ...SHADOW_STATUSES] as const;

const nonRequests = new Set<string>(NON_REQUEST_STATUSES);
const shadow = new Set<string>(SHADOW_STATUSES);

/** True if a ledger row counts as a request. */
export function isRequest(status: string): boolean {
  return !nonRequests.has(status);
}

/** True if the cost of a ledger row is a shadow cost. */
export function isShadowCost(status: string): boolean {
  return shadow.has(status);
}
