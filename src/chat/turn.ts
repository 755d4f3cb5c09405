import type { AnswerCache } from "../cache/answer-cache.ts";
import type { AnswerEntry, SingleFlight } from "../cache/types.ts";
import type { InFlight } from "../cache/in-flight.ts";
import type { CompareQuestions, GuardSwitches } from "../cache/guards/types.ts";
import type { Candidate, EvidenceRule, Thresholds } from "../cache/verdict.ts";
import type { ChatHistory, ChatMessage } from "../history/types.ts";
import type { Retrieve } from "../knowledge/retrieve.ts";
import type { PassageStore, RetrievedPassage } from "../knowledge/types.ts";
import type { ChatModel, Embedder, TokenCounter } from "../models/types.ts";
import type { Attempt } from "../operations/fail-open.ts";
import type { Clock } from "../operations/types.ts";
import type { Profiles } from "../profiles/types.ts";
import type { Budget } from "../usage/budget.ts";
import type { PriceList } from "../usage/prices.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import type { Judge } from "./judge.ts";
import type { PrivateKind } from "./keeps-to-itself.ts";
import type { LookupNote } from "./note-lookup.ts";
import type { Prompts } from "./prompts.ts";
import type { KnownProfile } from "./read-profile.ts";
import type { ResolveQuestion } from "./resolve-question.ts";
import type { RetrievedEvidence } from "./retrieve-context.ts";
import type { CacheOutcome, ChatRequest, StageTimings } from "./types.ts";

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

/** All that answering a question leans on. */
export interface ChatDependencies {
  readonly history: Pick<ChatHistory, "read" | "recall" | "wasRemoved">;
  readonly budget: Budget;
  readonly profiles: Pick<Profiles, "read">;
  /** Window, transcript and ledger: see `TurnRecorder`. */
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
  /** Orders the turns of this process. */
  readonly nextOrder: () => number;
  readonly cache: AnswerCache;
  readonly flights: SingleFlight;
  /** Questions being answered in this process, for their rewordings. */
  readonly inFlight: InFlight;
  readonly compareQuestions: CompareQuestions;
  readonly retrieve: Retrieve;
  /** Whether a retrieved passage really speaks of the question. */
  readonly isRelevant: (question: string, passage: RetrievedPassage) => boolean;
  readonly passages: Pick<PassageStore, "count" | "version">;
  readonly embedder: Embedder;
  readonly model: ChatModel;
  readonly prompts: Prompts;
  readonly counter: TokenCounter;
  readonly resolveQuestion: ResolveQuestion;
  /** The same without a model call. */
  readonly recallQuestion: ResolveQuestion;
  /** Undefined: nobody judges what guards and evidence leave open. */
  readonly judge?: Pick<Judge, "consider"> | undefined;
  readonly prices: PriceList;
  /** Takes notes of lookups; returns at once and never throws. */
  readonly notes: (note: LookupNote) => void;
  readonly failOpen: () => Attempt;
  /** The policy in force for a tenant; asked anew for each request. */
  readonly policy: (tenant: string) => CachePolicy;
  readonly now: Clock;
  /** 0 up to 1, for the jitter of expiries. */
  readonly random: () => number;
}

/** A lookup that was made, until it is noted. */
export interface TurnLookup {
  readonly outcome: CacheOutcome;
  /** Nearest first; none where the exact tier served. */
  readonly candidates: readonly Candidate[];
  readonly served: AnswerEntry | undefined;
}

type Stage = Exclude<keyof StageTimings, "total">;

/** One question on its way: what is known so far, and what it has cost so far. */
export interface Turn {
  readonly id: string;
  readonly request: ChatRequest;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly stopSignal: AbortSignal;
  readonly attempt: Attempt;
  readonly policy: CachePolicy;
  /** Of the policy, made stricter by the request. */
  readonly thresholds: Thresholds;
  readonly calls: ModelTokens[];
  /** What is held of the budget for this turn's model call. */
  hold: string | undefined;
  embeddingTokens: number;
  estimated: boolean;
  history: readonly ChatMessage[];
  /** Of the person who asks; it is in the prompt and in the scope. */
  profile: KnownProfile | undefined;
  /** Standalone as far as it could be made. */
  question: string;
  standsAlone: boolean;
  privateKind: PrivateKind | undefined;
  scope: string;
  /** A stored answer that was not served, and might be on a judge's word. */
  doubtful: AnswerEntry | undefined;
  vector: Float32Array | undefined;
  /** Undefined before it, and where the cache was not asked. */
  lookup: TurnLookup | undefined;
  /** What the standalone question retrieves, once it was asked for. */
  retrieval: Promise<RetrievedEvidence | undefined> | undefined;
  /** Runs a stage and adds its time. */
  time<Value>(stage: Stage, work: () => Promise<Value>): Promise<Value>;
  addTime(stage: Stage, milliseconds: number): void;
  timings(): StageTimings;
}

/** Begins a turn; `monotonic` gives milliseconds and never goes back. */
export function beginTurn(
  request: ChatRequest,
  { id, stopSignal }: { id: string; stopSignal: AbortSignal },
  dependencies: ChatDependencies,
  monotonic: () => number = () => performance.now(),
): Turn {
  const begun = monotonic();
  const policy = dependencies.policy(request.tenant);
  const spent = { resolve: 0, embed: 0, lookup: 0, retrieve: 0, model: 0 };
  return {
    id,
    request,
    askedAt: dependencies.now(),
    stopSignal,
    attempt: dependencies.failOpen(),
    policy,
    thresholds: {
      serve: Math.max(policy.threshold, request.threshold ?? 0),
      grey: Math.max(policy.greyThreshold, request.threshold ?? 0),
      evidence: policy.evidence,
    },
    calls: [],
    hold: undefined,
    embeddingTokens: 0,
    estimated: false,
    history: [],
    profile: undefined,
    question: request.message,
    standsAlone: false,
    privateKind: undefined,
    scope: "",
    doubtful: undefined,
    vector: undefined,
    lookup: undefined,
    retrieval: undefined,
    async time(stage, work) {
      const start = monotonic();
      try {
        return await work();
      } finally {
        spent[stage] += monotonic() - start;
      }
    },
    addTime(stage, milliseconds) {
      spent[stage] += milliseconds;
    },
    timings: () => ({ total: monotonic() - begun, ...spent }),
  };
}

/** The question's vector, made once. */
export async function embedQuestion(turn: Turn, embedder: Embedder): Promise<Float32Array> {
  if (turn.vector !== undefined) return turn.vector;
  const { vectors, tokens } = await turn.time("embed", () =>
    embedder.embed([turn.question], { signal: turn.stopSignal }),
  );
  const vector = vectors[0];
  if (vector === undefined) throw new Error(`${embedder.id} gave no vector`);
  turn.vector = vector;
  turn.embeddingTokens += tokens;
  return vector;
}
