import { roundToNano, type ModelPrice, type PriceList, type TokenRates } from "./prices.ts";
import type { RequestCost, TokenUsage, UsageTotals } from "./types.ts";

/**
 * Maximum plausible tokens of one call; higher reports are ignored. Sums per turn then fit an
 * integer column of every database.
 */
export const MOST_TOKENS = 100_000_000;

/** Tokens of one model call. */
export interface ModelTokens {
  readonly model: string;
  readonly promptTokens: number;
  readonly cachedPromptTokens: number;
  /** Prompt tokens written to the provider's prompt cache; omitted if not reported. */
  readonly cacheWriteTokens?: number | undefined;
  /** Includes reasoning tokens, which are charged as output. */
  readonly completionTokens: number;
  /** Reasoning tokens among the completion tokens; omitted if not reported. */
  readonly reasoningTokens?: number | undefined;
}

/** The billable usage of a request, and the usage that a hit saved. */
export interface Bill {
  /** Model calls of this request: resolving a follow-up, answering. */
  readonly calls: readonly ModelTokens[];
  readonly embedding: { readonly model: string; readonly tokens: number };
  /** For a hit: the usage of the call that generated the cached answer. */
  readonly spared?: TokenUsage | undefined;
}

/**
 * Prices a request. Prompt tokens read from or written to the provider's cache are part of the
 * prompt and charged at their own rate. Each amount is rounded once, half up, to the nano-dollar.
 * One unknown model makes the whole request unpriced.
 */
export function priceRequest(bill: Bill, prices: PriceList): RequestCost {
  const embedding = { model: bill.embedding.model, promptTokens: bill.embedding.tokens };
  const total = sumCalls(
    [
      ...bill.calls,
      ...(embedding.promptTokens > 0
        ? [{ ...embedding, cachedPromptTokens: 0, completionTokens: 0 }]
        : []),
    ],
    prices,
  );
  const saved = sumCalls(bill.spared === undefined ? [] : [bill.spared], prices);
  if (total === undefined || saved === undefined) return UNPRICED;
  return {
    totalNanoUsd: total,
    savedNanoUsd: saved,
    netSavedNanoUsd: bill.spared === undefined ? 0n : saved - total,
    priced: true,
  };
}

const UNPRICED: RequestCost = {
  totalNanoUsd: 0n,
  savedNanoUsd: 0n,
  netSavedNanoUsd: 0n,
  priced: false,
};

function sumCalls(calls: readonly ModelTokens[], prices: PriceList): bigint | undefined {
  let pico = 0n;
  for (const call of calls) {
    const price = prices.find(call.model);
    if (price === undefined) return undefined;
    pico += costOf(call, price);
  }
  return roundToNano(pico);
}

function costOf(call: ModelTokens, price: ModelPrice): bigint {
  const rates = ratesFor(call, price);
  const cached = Math.min(call.cachedPromptTokens, call.promptTokens);
  const written = Math.min(call.cacheWriteTokens ?? 0, call.promptTokens - cached);
  return (
    BigInt(call.promptTokens - cached - written) * rates.input +
    BigInt(cached) * rates.cachedInput +
    BigInt(written) * rates.cacheWrite +
    BigInt(call.completionTokens) * rates.output
  );
}

function ratesFor({ promptTokens }: ModelTokens, price: ModelPrice): TokenRates {
  const { longPrompt } = price;
  return longPrompt !== undefined && promptTokens > longPrompt.aboveTokens ? longPrompt : price;
}

/** Curated answers save no known model call. */
export function noUsage(model: string): TokenUsage {
  const none = { promptTokens: 0, completionTokens: 0, totalTokens: 0, cachedPromptTokens: 0 };
  return { model, ...none, embeddingTokens: 0, estimated: false };
}

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
