import type { AnswerCache } from "../cache/answer-cache.ts";
import { NOTHING_RETRIEVED } from "../cache/evidence.ts";
import type { GuardSwitches } from "../cache/guards/types.ts";
import { createYield } from "../operations/concurrency.ts";
import { noUsage } from "../usage/request-cost.ts";
import { answerId } from "../cache/scope.ts";
import type { AnswerEntry } from "../cache/types.ts";
import type { CacheVerdict, Thresholds } from "../cache/verdict.ts";
import type { CacheTier } from "../cache/types.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import type { Saving } from "./types.ts";
import type { CachePolicy } from "../cache/policy.ts";

const TENANT = "replay";

/** A question of a log or file, in the order asked. */
export interface ReplayQuestion {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly scope: string;
  /** The standalone question. */
  readonly question: string;
  readonly vector: Float32Array;
  /** Its retrieval; undefined without documents. */
  readonly trace: RetrievalTrace | undefined;
  /** True if its answer may be stored. */
  readonly isStorable: boolean;
  /** Savings of a later hit on its answer. */
  readonly answer: Saving;
}

/** The settings to replay with. */
export interface ReplaySetting {
  readonly thresholds: Thresholds;
  readonly guards?: GuardSwitches | undefined;
  readonly ttlSeconds: number;
}

/** An empty in-process answer cache and its clock. */
export interface ReplayCache {
  readonly cache: Pick<AnswerCache, "lookUpExact" | "lookUpNearest" | "store">;
  readonly setTime: (milliseconds: number) => void;
  close(): Promise<void>;
}

/** The outcome of one question. */
export interface ReplayOutcome {
  readonly id: string;
  /** Null: a miss. */
  readonly tier: CacheTier | null;
  /** Id of the cache entry that was served. */
  readonly entryId: string | null;
  /** Id of the question it was generated for. */
  readonly servedId: string | null;
  readonly saved: Saving;
}

const NOTHING: Saving = { tokens: 0, nanoUsd: 0n };

/**
 * Replays questions in order against an empty cache with other settings, by the same rules as live
 * traffic but without a model. Misses that may be stored are available to later questions.
 *
 * @throws the signal's reason when it is aborted
 */
export async function replay(
  questions: readonly ReplayQuestion[],
  { thresholds, guards, ttlSeconds }: ReplaySetting,
  { cache, setTime }: ReplayCache,
  signal?: AbortSignal,
): Promise<readonly ReplayOutcome[]> {
  const stored = new Map<string, ReplayQuestion>();
  const outcomes: ReplayOutcome[] = [];
  const yieldTurn = createYield();
  for (const asked of questions) {
    await yieldTurn();
    signal?.throwIfAborted();
    setTime(asked.askedAt);
    const { scope, question, vector, trace } = asked;
    const query = { tenant: TENANT, scope, question };
    let verdict: CacheVerdict = await cache.lookUpExact(query);
    if (verdict.kind === "miss") {
      const retrieval = Promise.resolve(trace);
      verdict = (await cache.lookUpNearest({ ...query, vector, thresholds, guards, retrieval }))
        .verdict;
    }
    outcomes.push(toOutcome(asked, verdict, stored));
    if (verdict.kind === "hit" || !asked.isStorable || ttlSeconds === 0) continue;
    const entry = makeEntry(asked, ttlSeconds);
    if (await cache.store(entry, vector)) stored.set(entry.id, asked);
  }
  return outcomes;
}

function toOutcome(
  { id }: ReplayQuestion,
  verdict: CacheVerdict,
  stored: ReadonlyMap<string, ReplayQuestion>,
): ReplayOutcome {
  if (verdict.kind === "miss") {
    return { id, tier: null, entryId: null, servedId: null, saved: NOTHING };
  }
  const source = stored.get(verdict.entry.id);
  return {
    id,
    tier: verdict.tier,
    entryId: verdict.entry.id,
    servedId: source?.id ?? null,
    saved: source?.answer ?? NOTHING,
  };
}

function makeEntry(asked: ReplayQuestion, ttlSeconds: number): AnswerEntry {
  const { scope, question, trace, askedAt } = asked;
  return {
    id: answerId(scope, question),
    tenant: TENANT,
    scope,
    question,
    answer: "",
    citations: [],
    evidence: [],
    retrieved: trace ?? NOTHING_RETRIEVED,
    origin: "generated",
    isPinned: false,
    isQuarantined: false,
    // The replay cache has no passages, so evidence is not checked again.
    knowledgeVersion: "",
    conversationId: null,
    usage: noUsage("none"),
    createdAt: askedAt,
    expiresAt: askedAt + ttlSeconds * 1000,
  };
}

/** Figures of a set of lookups. */
export interface ReplayFigures {
  readonly lookups: number;
  readonly hits: Readonly<Record<CacheTier, number>>;
  readonly misses: number;
  /** Hits by similarity with a label. */
  readonly labelledHits: number;
  readonly wrongHits: number;
  readonly saved: Saving;
}

/**
 * Sums outcomes up.
 *
 * @param isSame whether the answer fits the question; undefined without a label
 */
export function addOutcomes(
  outcomes: readonly ReplayOutcome[],
  isSame: (outcome: ReplayOutcome) => boolean | undefined,
): ReplayFigures {
  const hits = { exact: 0, semantic: 0, verified: 0 };
  let [labelledHits, wrongHits, tokens, nanoUsd] = [0, 0, 0, 0n];
  for (const outcome of outcomes) {
    const { tier, saved } = outcome;
    if (tier === null) continue;
    hits[tier] += 1;
    tokens += saved.tokens;
    nanoUsd += saved.nanoUsd;
    const same = tier === "exact" ? undefined : isSame(outcome);
    labelledHits += Number(same !== undefined);
    wrongHits += Number(same === false);
  }
  const misses = outcomes.length - hits.exact - hits.semantic - hits.verified;
  const saved = { tokens, nanoUsd };
  return { lookups: outcomes.length, hits, misses, labelledHits, wrongHits, saved };
}

/** The replay settings of a policy. */
export function toReplaySetting(policy: CachePolicy): ReplaySetting {
  const { threshold: serve, greyThreshold: grey, evidence, guards, ttlSeconds } = policy;
  return { thresholds: { serve, grey, evidence }, guards, ttlSeconds };
}
