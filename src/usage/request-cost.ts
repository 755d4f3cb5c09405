import { roundToNano } from "./money.ts";
import type { ModelPrice, PriceList, TokenRates } from "./prices.ts";
import type { RequestCost, TokenUsage } from "./types.ts";

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
