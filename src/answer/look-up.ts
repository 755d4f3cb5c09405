import type {
  AnswerCache,
  CacheQuery,
  NearestCacheQuery,
  NearestLookup,
} from "../cache/answer-cache.ts";
import type { AnswerEntry } from "../cache/types.ts";
import { judgeAgain, type CacheVerdict, type Candidate } from "../cache/verdict.ts";
import type { JudgeInTime } from "../judging/judge-in-time.ts";
import type { LookupReason } from "../cache/types.ts";
import type { CacheOutcome } from "../chat/types.ts";
import type { Embedder } from "../models/types.ts";
import { planCache, type CachePlan } from "./plan-cache.ts";
import type { Search } from "./search.ts";
import type { Asked } from "./asking.ts";

/** Result of a lookup: a cached answer to serve, or a miss. */
export type Found = Hit | Miss;

/** A cached answer to serve. */
export interface Hit {
  readonly kind: "hit";
  readonly outcome: CacheOutcome;
  readonly entry: AnswerEntry;
  /** Compared entries, nearest first; none for an exact hit. */
  readonly candidates: readonly Candidate[];
}

/** Why no cached answer is served, and whether a new one may be stored. */
export interface Miss {
  readonly kind: "miss";
  readonly outcome: CacheOutcome;
  readonly plan: CachePlan;
  /** Compared entries, nearest first; undefined if the cache was bypassed. */
  readonly candidates: readonly Candidate[] | undefined;
  /** The nearest entry that a judge could still accept. */
  readonly doubtful: AnswerEntry | undefined;
}

/** Dependencies of a lookup. */
export interface LookUpParts {
  readonly cache: Pick<AnswerCache, "lookUpExact" | "lookUpNearest">;
  readonly embedder: Pick<Embedder, "prefetch">;
  /** Undefined: no judge before the reply. */
  readonly judgeInTime?: Pick<JudgeInTime, "decide"> | undefined;
  readonly now: () => number;
}

const UNAVAILABLE: CacheVerdict = {
  kind: "miss",
  similarity: null,
  nearestQuestion: null,
  reasons: ["cache-unavailable"],
};
const NOTHING_NEAR: NearestLookup = { verdict: UNAVAILABLE, candidates: [] };
/** Nothing was compared: the embedder is unavailable, or embedded only a part of the question. */
const NOT_EMBEDDED: NearestLookup = {
  verdict: { ...UNAVAILABLE, reasons: ["not-embedded"] },
  candidates: [],
};

/** The exact tier, then the semantic one. */
export async function lookUp(asked: Asked, search: Search, parts: LookUpParts): Promise<Found> {
  const plan = planOf(asked);
  const found = plan.read ? await lookUpTiers(asked, plan, search, parts) : undefined;
  const verdict = found?.verdict;
  if (verdict?.kind === "hit") return toHit(asked, verdict, parts.now(), found?.candidates ?? []);
  const outcome = missOutcome(asked, plan, verdict);
  return {
    kind: "miss",
    plan,
    outcome,
    candidates: found?.candidates,
    doubtful: verdict?.doubtful,
  };
}

/** Whether this question may read and write the cache. */
export function planOf(asked: Asked): CachePlan {
  return planCache({
    mode: asked.request.cacheMode,
    ttlSeconds: asked.policy.ttlSeconds,
    standsAlone: asked.standsAlone,
    heldBack: asked.heldBack,
    readsAsInstruction: asked.readsAsInstruction,
    cacheUse: asked.request.passThrough?.cacheUse,
    profileInScope: asked.profile !== undefined,
  });
}

async function lookUpTiers(
  asked: Asked,
  { exactOnly }: CachePlan,
  search: Search,
  parts: LookUpParts,
): Promise<NearestLookup> {
  // In the same round trip; the exact tier itself needs no vector.
  parts.embedder.prefetch?.(asked.compared, asked.request.tenant);
  const exact = await lookUpExact(asked, parts);
  if (exact.kind === "hit" || exactOnly) return { verdict: exact, candidates: [] };
  const nearest = await lookUpNearest(asked, search, parts);
  const judged = await judgeInTime(asked, nearest, parts);
  return { ...judged, verdict: withExact(exact, judged.verdict) };
}

/**
 * With a judge before the reply: its decision on the nearest candidate of the grey zone counts. If it is
 * late, fails or is unsure, the question is a miss.
 */
async function judgeInTime(
  asked: Asked,
  found: NearestLookup,
  { judgeInTime: judge }: LookUpParts,
): Promise<NearestLookup> {
  const { verdict, candidates } = found;
  if (judge === undefined || verdict.kind === "hit" || verdict.doubtful === undefined) return found;
  const { doubtful } = verdict;
  const ask = () => judge.decide(asked, doubtful);
  const decision = await asked.meter.time("judge", () => asked.attempt("judge", ask, undefined));
  if (decision === "same" || decision === "different") {
    const word = { entryId: doubtful.id, isSame: decision === "same" };
    return judgeAgain(candidates, word, asked.thresholds);
  }
  const reasons: readonly LookupReason[] = [...verdict.reasons, "judge-unavailable"];
  // A late call may still finish; a failed one is not repeated at once.
  const left = decision === "skipped" ? doubtful : undefined;
  return { candidates, verdict: { ...verdict, reasons, doubtful: left } };
}

/** The semantic verdict, plus the reason why an exact entry was rejected. */
export function withExact(exact: CacheVerdict, nearest: CacheVerdict): CacheVerdict {
  const isStale = exact.reasons.includes("stale-evidence");
  if (nearest.kind === "hit" || !isStale) return nearest;
  return {
    ...nearest,
    reasons: [...new Set<LookupReason>(["stale-evidence", ...nearest.reasons])],
  };
}

/** The exact tier: the same words in the same scope. */
export function lookUpExact(
  asked: Asked,
  { cache }: { cache: Pick<AnswerCache, "lookUpExact"> },
): Promise<CacheVerdict> {
  const look = () => cache.lookUpExact(cacheQuery(asked));
  return asked.meter.time("lookup", () => asked.attempt("cache", look, UNAVAILABLE));
}

/** Looks up neighbours and passages at the same time. */
async function lookUpNearest(
  asked: Asked,
  search: Search,
  { cache }: LookUpParts,
): Promise<NearestLookup> {
  const query = await nearestQuery(asked, search);
  if (query === undefined) return NOT_EMBEDDED;
  const look = () => cache.lookUpNearest(query);
  return asked.meter.time("lookup", () => asked.attempt("cache", look, NOTHING_NEAR));
}

/** The question with its vector and its pending passages; undefined without a vector of the whole question. */
export async function nearestQuery(
  asked: Asked,
  search: Search,
): Promise<NearestCacheQuery | undefined> {
  const { vector, isWhole } = await search.vector();
  if (vector === undefined || !isWhole) return undefined;
  const retrieval = search.evidence().then((evidence) => evidence?.trace);
  const { thresholds, policy } = asked;
  return { ...cacheQuery(asked), vector, thresholds, guards: policy.guards, retrieval };
}

function cacheQuery({ request, scope, question }: Asked): CacheQuery {
  const { tenant, maxAgeSeconds, caller } = request;
  return { tenant, scope, question, maxAgeSeconds, reader: caller?.reader };
}

/** A verdict as a hit. */
export function toHit(
  asked: Asked,
  { entry, tier, similarity, reasons }: Omit<CacheVerdict & { kind: "hit" }, "kind">,
  now: number,
  candidates: readonly Candidate[],
): Hit {
  const outcome: CacheOutcome = {
    ...outcomeBase(asked),
    status: "hit",
    tier,
    similarity,
    entryId: entry.id,
    ageSeconds: Math.max(0, Math.floor((now - entry.createdAt) / 1000)),
    matchedQuestion: entry.question,
    reasons,
  };
  return { kind: "hit", entry, outcome, candidates };
}

function missOutcome(
  asked: Asked,
  plan: CachePlan,
  verdict: (CacheVerdict & { kind: "miss" }) | undefined,
): CacheOutcome {
  return {
    ...outcomeBase(asked),
    status: plan.status,
    tier: null,
    similarity: verdict?.similarity ?? null,
    entryId: null,
    ageSeconds: null,
    matchedQuestion: verdict?.nearestQuestion ?? null,
    reasons: verdict?.reasons ?? plan.reasons,
  };
}

function outcomeBase({ kind, question, thresholds, language }: Asked) {
  return { kind, threshold: thresholds.serve, question, language: language.detected ?? null };
}
