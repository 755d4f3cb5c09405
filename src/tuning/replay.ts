import { setImmediate as breathe } from "node:timers/promises";
import type { AnswerCache } from "../cache/answer-cache.ts";
import { NOTHING_RETRIEVED } from "../cache/evidence.ts";
import type { GuardSwitches } from "../cache/guards/types.ts";
import { noUsage } from "../usage/request-cost.ts";
import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry } from "../cache/types.ts";
import type { CacheVerdict, Thresholds } from "../cache/verdict.ts";
import type { CacheTier } from "../chat/types.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import type { Saving } from "./types.ts";
import type { CachePolicy } from "../cache/policy.ts";

/** Questions replayed before others have their turn. */
const AT_ONCE = 20;
const TENANT = "replay";

/** A question of a log or a file, in the order asked. */
export interface ReplayQuestion {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly scope: string;
  /** Standalone. */
  readonly question: string;
  readonly vector: Float32Array;
  /** What it retrieved; undefined where there are no documents. */
  readonly trace: RetrievalTrace | undefined;
  /** True: an answer to it may be stored. */
  readonly isStorable: boolean;
  /** What serving its answer later spares. */
  readonly answer: Saving;
}

/** The setting that is tried. */
export interface ReplaySetting {
  readonly thresholds: Thresholds;
  readonly guards?: GuardSwitches | undefined;
  readonly ttlSeconds: number;
}

/** An empty answer cache in this process, and its clock. */
export interface ReplayCache {
  readonly cache: Pick<AnswerCache, "lookUpExact" | "lookUpNearest" | "store">;
  readonly setTime: (milliseconds: number) => void;
  close(): Promise<void>;
}

/** What became of one question. */
export interface ReplayOutcome {
  readonly id: string;
  /** Null: a miss. */
  readonly tier: CacheTier | null;
  /** The stored answer that was served. */
  readonly entryId: string | null;
  /** The question that it was made for. */
  readonly servedId: string | null;
  readonly saved: Saving;
}

const NOTHING: Saving = { tokens: 0, nanoUsd: 0n };

/**
 * Asks the questions again, one after the other, of an empty cache under another setting: the same rules
 * and the same order as live, without a model. What misses and may be stored is found by those that follow.
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
  for (const [index, asked] of questions.entries()) {
    if (index % AT_ONCE === 0) await breathe();
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
    // Of a cache without passages: what it was made from is not asked again.
    knowledgeVersion: "",
    conversationId: null,
    usage: noUsage("none"),
    createdAt: askedAt,
    expiresAt: askedAt + ttlSeconds * 1000,
  };
}

/** What a set of lookups came to. */
export interface ReplayFigures {
  readonly lookups: number;
  readonly hits: Readonly<Record<CacheTier, number>>;
  readonly misses: number;
  /** Hits by similarity of which it is known whether they were right. */
  readonly labelledHits: number;
  readonly wrongHits: number;
  readonly saved: Saving;
}

/**
 * Adds outcomes up.
 *
 * @param isSame whether an answer answers a question; undefined: nobody has said it
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

/** What of a policy a replay is run under. */
export function toReplaySetting(policy: CachePolicy): ReplaySetting {
  const { threshold: serve, greyThreshold: grey, evidence, guards, ttlSeconds } = policy;
  return { thresholds: { serve, grey, evidence }, guards, ttlSeconds };
}
