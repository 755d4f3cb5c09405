import type { CacheQuery, NearestCacheQuery, NearestLookup } from "../cache/answer-cache.ts";
import type { AnswerEntry } from "../cache/types.ts";
import type { CacheVerdict, Candidate } from "../cache/verdict.ts";
import { RepriseError } from "../errors.ts";
import { planCache, type CachePlan } from "./plan-cache.ts";
import { retrieveForQuestion } from "./retrieve-context.ts";
import { embedQuestion, type ChatDependencies, type Turn } from "./turn.ts";
import type { CacheOutcome, CacheReason } from "./types.ts";

/** A stored answer to serve, or the way on to the model. */
export type LookUp =
  | { readonly kind: "hit"; readonly outcome: CacheOutcome; readonly entry: AnswerEntry }
  | { readonly kind: "miss"; readonly outcome: CacheOutcome; readonly plan: CachePlan };

const UNAVAILABLE: CacheVerdict = {
  kind: "miss",
  similarity: null,
  nearestQuestion: null,
  reasons: ["cache-unavailable"],
};
const NOTHING_NEAR: NearestLookup = { verdict: UNAVAILABLE, candidates: [] };

/**
 * The exact tier, then the semantic one.
 *
 * @throws RepriseError `not_cached` when the request wants nothing but the cache
 */
export async function lookUpAnswer(turn: Turn, dependencies: ChatDependencies): Promise<LookUp> {
  const plan = planTurn(turn);
  const found = plan.read ? await lookUpTiers(turn, dependencies) : undefined;
  const verdict = found?.verdict;
  if (verdict?.kind === "hit") return hit(turn, verdict, dependencies.now(), found?.candidates);
  turn.doubtful = verdict?.doubtful;
  const outcome = missOutcome(turn, plan, verdict);
  if (found !== undefined) turn.lookup = { ...found, outcome, served: undefined };
  if (turn.request.cacheMode === "only") throw notCached();
  return { kind: "miss", plan, outcome };
}

/** What this turn may do with the cache. */
export function planTurn(turn: Turn): CachePlan {
  return planCache({
    mode: turn.request.cacheMode,
    ttlSeconds: turn.policy.ttlSeconds,
    standsAlone: turn.standsAlone,
    privateKind: turn.privateKind,
    profileInScope: turn.profile !== undefined,
  });
}

function notCached(): RepriseError {
  return new RepriseError(
    "not_cached",
    'No stored answer may be served for this question; ask without cache.mode "only" to have it answered.',
  );
}

function missOutcome(
  turn: Turn,
  plan: CachePlan,
  verdict: (CacheVerdict & { kind: "miss" }) | undefined,
): CacheOutcome {
  return {
    ...outcomeBase(turn),
    status: plan.status,
    tier: null,
    similarity: verdict?.similarity ?? null,
    entryId: null,
    ageSeconds: null,
    matchedQuestion: verdict?.nearestQuestion ?? null,
    reasons: verdict?.reasons ?? plan.reasons,
  };
}

async function lookUpTiers(turn: Turn, dependencies: ChatDependencies): Promise<NearestLookup> {
  // Comes in the same round trip; the exact tier itself needs no vector.
  dependencies.embedder.prefetch?.(turn.question);
  const exact = await lookUpExact(turn, dependencies);
  if (exact.kind === "hit") return { verdict: exact, candidates: [] };
  const { verdict, candidates } = await lookUpNearest(turn, dependencies);
  return { verdict: withExact(exact, verdict), candidates };
}

/** The semantic verdict, with what became of the entry of the same words. */
export function withExact(exact: CacheVerdict, nearest: CacheVerdict): CacheVerdict {
  const isStale = exact.reasons.includes("stale-evidence");
  if (nearest.kind === "hit" || !isStale) return nearest;
  return { ...nearest, reasons: [...new Set<CacheReason>(["stale-evidence", ...nearest.reasons])] };
}

/** The same words in the same scope. */
export function lookUpExact(turn: Turn, { cache }: ChatDependencies): Promise<CacheVerdict> {
  const look = () => cache.lookUpExact(cacheQuery(turn));
  return turn.time("lookup", () => turn.attempt("cache", look, UNAVAILABLE));
}

/** The neighbours are looked up while the question's own passages are. */
async function lookUpNearest(turn: Turn, dependencies: ChatDependencies): Promise<NearestLookup> {
  const query = await nearestQuery(turn, dependencies);
  const look = () => dependencies.cache.lookUpNearest(query);
  return turn.time("lookup", () => turn.attempt("cache", look, NOTHING_NEAR));
}

/** The question with its vector, and its passages on their way. */
export async function nearestQuery(
  turn: Turn,
  dependencies: ChatDependencies,
): Promise<NearestCacheQuery> {
  const vector = await embedQuestion(turn, dependencies.embedder);
  const retrieval = retrieveForQuestion(turn, dependencies).then((evidence) => evidence?.trace);
  const { thresholds, policy } = turn;
  return { ...cacheQuery(turn), vector, thresholds, guards: policy.guards, retrieval };
}

function cacheQuery({ request, scope, question }: Turn): CacheQuery {
  const { tenant, maxAgeSeconds } = request;
  return { tenant, scope, question, maxAgeSeconds };
}

/** A verdict as a stored answer to serve, and the lookup as it is noted. */
export function hit(
  turn: Turn,
  { entry, tier, similarity, reasons }: Omit<CacheVerdict & { kind: "hit" }, "kind">,
  now: number,
  candidates: readonly Candidate[] = turn.lookup?.candidates ?? [],
): LookUp & { kind: "hit" } {
  const outcome: CacheOutcome = {
    ...outcomeBase(turn),
    status: "hit",
    tier,
    similarity,
    entryId: entry.id,
    ageSeconds: Math.max(0, Math.floor((now - entry.createdAt) / 1000)),
    matchedQuestion: entry.question,
    reasons,
  };
  turn.lookup = { outcome, candidates, served: entry };
  return { kind: "hit", entry, outcome };
}

function outcomeBase(turn: Turn) {
  return { threshold: turn.thresholds.serve, question: turn.question };
}
