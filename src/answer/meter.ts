import type { StageTimings } from "../chat/types.ts";
import type { PriceList } from "../usage/prices.ts";
import { priceRequest, type ModelTokens } from "../usage/request-cost.ts";
import type { RequestCost, TokenUsage } from "../usage/types.ts";

/** A stage with its time in the reply. */
export type Stage = Exclude<keyof StageTimings, "total">;

/** Usage of a request so far. */
export interface Spent {
  readonly calls: readonly ModelTokens[];
  readonly embeddingTokens: number;
  /** True if some tokens were counted here because the server reported none. */
  readonly estimated: boolean;
}

/** Adds up what one request uses: model calls, embedded tokens, and the time of its stages. */
export interface Meter {
  /** A snapshot. */
  spent(): Spent;
  /** @param call undefined if nothing is charged */
  addCall(call: ModelTokens | undefined, estimated: boolean): void;
  addEmbedding(tokens: number, estimated: boolean): void;
  /** Runs a stage and adds its time. */
  time<Value>(stage: Stage, work: () => Promise<Value>): Promise<Value>;
  addTime(stage: Stage, milliseconds: number): void;
  /** Milliseconds by stage, and since the request began. */
  timings(): StageTimings;
}

/** @param monotonic gives milliseconds and never goes back */
export function createMeter(monotonic: () => number = () => performance.now()): Meter {
  const begun = monotonic();
  const times = { resolve: 0, embed: 0, lookup: 0, judge: 0, retrieve: 0, model: 0 };
  let spent: Spent = { calls: [], embeddingTokens: 0, estimated: false };
  return {
    spent: () => spent,
    addCall(call, estimated) {
      const calls = call === undefined ? spent.calls : [...spent.calls, call];
      spent = { ...spent, calls, estimated: spent.estimated || estimated };
    },
    addEmbedding(tokens, estimated) {
      const embeddingTokens = spent.embeddingTokens + tokens;
      spent = { ...spent, embeddingTokens, estimated: spent.estimated || estimated };
    },
    async time(stage, work) {
      const start = monotonic();
      try {
        return await work();
      } finally {
        times[stage] += monotonic() - start;
      }
    },
    addTime(stage, milliseconds) {
      times[stage] += milliseconds;
    },
    timings: () => ({ total: monotonic() - begun, ...times }),
  };
}

/** Dependencies of pricing. */
export interface PriceParts {
  readonly prices: PriceList;
  readonly embedder: { readonly model: string };
}

/** Cost, and for a hit the savings. */
export function priceOf(
  { calls, embeddingTokens }: Spent,
  { embedder, prices }: PriceParts,
  spared?: TokenUsage,
): RequestCost {
  const embedding = { model: embedder.model, tokens: embeddingTokens };
  return priceRequest({ calls, embedding, spared }, prices);
}

/** The sum of the tokens of all calls. */
export function sumUsage({ calls, embeddingTokens, estimated }: Spent, model: string): TokenUsage {
  const sum = (read: (call: ModelTokens) => number) =>
    calls.reduce((total, call) => total + read(call), 0);
  const promptTokens = sum((call) => call.promptTokens);
  const completionTokens = sum((call) => call.completionTokens);
  return {
    model,
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedPromptTokens: sum((call) => call.cachedPromptTokens),
    cacheWriteTokens: sum((call) => call.cacheWriteTokens ?? 0),
    reasoningTokens: sum((call) => call.reasoningTokens ?? 0),
    embeddingTokens,
    estimated,
  };
}
