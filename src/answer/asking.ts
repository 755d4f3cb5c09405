import type { CachePolicy } from "../cache/policy.ts";
import type { Thresholds } from "../cache/verdict.ts";
import type { ChatRequest, StageTimings } from "../chat/types.ts";
import type { HeldBack, MessageKind } from "../chat/understand/understand.ts";
import type { ChatMessage } from "../history/types.ts";
import type { QuestionLanguage } from "../language/detect-language.ts";
import type { Attempt } from "../operations/with-deadline.ts";
import type { Clock } from "../operations/types.ts";
import { UNTRACED, type Trace } from "./trace.ts";
import type { PriceList } from "../usage/prices.ts";
import { priceRequest, type ModelTokens } from "../usage/request-cost.ts";
import type { RequestCost, TokenUsage } from "../usage/types.ts";

/** One request, with what all stages share. */
export interface Asking {
  /** Id of the message. */
  readonly id: string;
  readonly request: ChatRequest;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** Stops the model; partial output is kept. */
  readonly stopSignal: AbortSignal;
  /** Runs a step whose failure does not fail the answer. */
  readonly attempt: Attempt;
  readonly meter: Meter;
  readonly trace: Trace;
  readonly policy: CachePolicy;
  /** The policy's threshold, or a stricter one of the request. */
  readonly thresholds: Thresholds;
}

/** The profile of the user, for prompt and scope. */
export interface KnownProfile {
  readonly userId: string;
  /** The profile as JSON with sorted keys. */
  readonly text: string;
  /** Hash of the text: a changed profile has another scope. */
  readonly hash: string;
}

/** An understood message: the question, its user, and what the answer may depend on. */
export interface Asked extends Asking {
  /** Messages of the conversation, oldest first. */
  readonly history: readonly ChatMessage[];
  /** Owner of the conversation; undefined if it has none. */
  readonly owner: string | undefined;
  /** Profile of the user; in the prompt and in the scope. */
  readonly profile: KnownProfile | undefined;
  /** The standalone question, if the message could be rewritten. */
  readonly question: string;
  /** The part that is embedded and compared: the ask, if it can be separated. */
  readonly compared: string;
  /** False if the question depends on the conversation. */
  readonly standsAlone: boolean;
  readonly kind: MessageKind;
  /** Why the shared cache must not be used; undefined if it may be. */
  readonly heldBack: HeldBack | undefined;
  /** It contains instructions for the model: neither served from the cache nor stored. */
  readonly readsAsInstruction: boolean;
  /** Instructions of the client and of the conversation; part of the scope. */
  readonly instructions: string | undefined;
  /** Language of the standalone question. */
  readonly language: QuestionLanguage;
  /** Scope tag; a cached answer must have the same. */
  readonly scope: string;
}

/** Dependencies of `beginAsking`. */
export interface AskingParts {
  readonly failOpen: () => Attempt;
  /** The current policy of a tenant; read for each request. */
  readonly policy: (tenant: string) => CachePolicy;
  readonly now: Clock;
}

/** Begins a request. Default trace: none. */
export function beginAsking(
  request: ChatRequest,
  { id, stopSignal }: { id: string; stopSignal: AbortSignal },
  parts: AskingParts,
  trace: Trace = UNTRACED,
): Asking {
  const policy = parts.policy(request.tenant);
  return {
    id,
    request,
    askedAt: parts.now(),
    stopSignal,
    attempt: parts.failOpen(),
    meter: createMeter(),
    trace,
    policy,
    thresholds: {
      serve: Math.max(policy.threshold, request.threshold ?? 0),
      grey: Math.max(policy.greyThreshold, request.threshold ?? 0),
      evidence: policy.evidence,
    },
  };
}

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
