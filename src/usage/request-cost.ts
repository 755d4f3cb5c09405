import { roundToNano } from "./money.ts";
import type { ModelPrice, PriceList, TokenRates } from "./prices.ts";
import type { RequestCost, TokenUsage } from "./types.ts";
import type { AnswerEntry } from "../cache/types.ts";

/**
 * The most tokens that one call can be said to have used; what says more is not believed. The sums of a
 * turn stay within what an integer column of every database takes.
 */
export const MOST_TOKENS = 100_000_000;

/** Tokens of one call of one model. */
export interface ModelTokens {
  readonly model: string;
  readonly promptTokens: number;
  readonly cachedPromptTokens: number;
  /** Prompt tokens that the provider wrote into its prompt cache; left out where none are reported. */
  readonly cacheWriteTokens?: number | undefined;
  /** What the model thought is part of it and charged as what it said. */
  readonly completionTokens: number;
  /** The part of the completion that the model thought; left out where none is reported. */
  readonly reasoningTokens?: number | undefined;
}

/** All that a request had to pay, and what it did not have to. */
export interface Bill {
  /** Calls made for this request: resolving a follow-up, answering. */
  readonly calls: readonly ModelTokens[];
  readonly embedding: { readonly model: string; readonly tokens: number };
  /** For a hit: the usage of the call that made the stored answer. */
  readonly spared?: TokenUsage | undefined;
}

/**
 * Prices a request. Prompt tokens read from the provider's cache or written into it are part of the
 * prompt and are charged at their own rate; a long prompt may make every token of its call dearer.
 * Every amount is rounded once, half up, to the nano-dollar; one unknown model makes the whole not priced.
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

/** Of an answer that no model call made: it spares none that is known. */
export function noUsage(model: string): AnswerEntry["usage"] {
  const none = { promptTokens: 0, completionTokens: 0, totalTokens: 0, cachedPromptTokens: 0 };
  return { model, ...none, embeddingTokens: 0, estimated: false };
}
