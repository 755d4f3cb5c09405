import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry, FlightOutcome } from "../cache/types.ts";
import type { CacheVerdict } from "../cache/verdict.ts";
import { RepriseError, isErrorCode } from "../errors.ts";
import { planCache, type CachePlan } from "./plan-cache.ts";
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

/**
 * The exact tier, then the semantic one.
 *
 * @throws RepriseError `not_cached` when the request wants nothing but the cache
 */
export async function lookUpAnswer(turn: Turn, dependencies: ChatDependencies): Promise<LookUp> {
  const plan = planCache({
    mode: turn.request.cacheMode,
    ttlSeconds: turn.policy.ttlSeconds,
    standsAlone: turn.standsAlone,
    privateKind: turn.privateKind,
  });
  const verdict = plan.read ? await lookUpTiers(turn, dependencies) : undefined;
  if (verdict?.kind === "hit") return hit(turn, verdict, dependencies.now());
  if (turn.request.cacheMode === "only") throw notCached();
  return { kind: "miss", plan, outcome: missOutcome(turn, plan, verdict) };
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

async function lookUpTiers(turn: Turn, dependencies: ChatDependencies): Promise<CacheVerdict> {
  const place = { tenant: turn.request.tenant, scope: turn.scope };
  const lookUpExact = () => dependencies.cache.lookUpExact({ ...place, question: turn.question });
  const exact = await turn.time("lookup", () => turn.attempt("cache", lookUpExact, UNAVAILABLE));
  if (exact.kind === "hit") return exact;
  const vector = await embedQuestion(turn, dependencies.embedder);
  const lookUpNearest = () =>
    dependencies.cache.lookUpNearest({ ...place, vector, threshold: turn.threshold });
  const nearest = await turn.time("lookup", () =>
    turn.attempt("cache", lookUpNearest, UNAVAILABLE),
  );
  if (nearest.kind === "hit" || !exact.reasons.includes("stale-evidence")) return nearest;
  return { ...nearest, reasons: [...new Set<CacheReason>(["stale-evidence", ...nearest.reasons])] };
}

/** What to do about the same question in flight: lead, take the leader's answer, or go alone. */
export type FlightPlan =
  | { readonly kind: "fly"; readonly land: (outcome: FlightOutcome) => Promise<void> }
  | { readonly kind: "hit"; readonly outcome: CacheOutcome; readonly entry: AnswerEntry };

const ALONE: FlightPlan = { kind: "fly", land: async () => {} };
/** Leaders that may be lost before a waiting question goes alone. */
const MAX_FLIGHTS = 3;

/**
 * Joins those who wait for the same question in the same scope; a leader looks once more whether the
 * answer came in between.
 */
export async function joinFlight(turn: Turn, dependencies: ChatDependencies): Promise<FlightPlan> {
  const key = `${turn.scope}:${answerId(turn.scope, turn.question)}`;
  const options = { maxFlightMs: dependencies.model.timeoutMs + 5000, signal: turn.stopSignal };
  for (let tries = 0; tries < MAX_FLIGHTS; tries += 1) {
    const flight = await dependencies.flights.join(key, options);
    if (flight.role === "leader") {
      return lead(turn, dependencies, (outcome) => flight.land(outcome));
    }
    if (flight.outcome.kind === "answered") {
      return {
        kind: "hit",
        entry: flight.outcome.entry,
        outcome: hitOutcome(turn, flight.outcome.entry, dependencies.now(), "answered-in-flight"),
      };
    }
    if (flight.outcome.kind === "failed") {
      const { code, message } = flight.outcome;
      throw new RepriseError(isErrorCode(code) ? code : "model_failed", message);
    }
  }
  return ALONE;
}

async function lead(
  turn: Turn,
  dependencies: ChatDependencies,
  land: (outcome: FlightOutcome) => Promise<void>,
): Promise<FlightPlan> {
  const { tenant } = turn.request;
  const look = () =>
    dependencies.cache.lookUpExact({ tenant, scope: turn.scope, question: turn.question });
  const verdict = await turn.time("lookup", () => turn.attempt("cache", look, UNAVAILABLE));
  if (verdict.kind === "miss") return { kind: "fly", land };
  await land({ kind: "answered", entry: verdict.entry });
  return {
    kind: "hit",
    entry: verdict.entry,
    outcome: hitOutcome(turn, verdict.entry, dependencies.now(), "exact-match"),
  };
}

function hit(turn: Turn, verdict: CacheVerdict & { kind: "hit" }, now: number): LookUp {
  return {
    kind: "hit",
    entry: verdict.entry,
    outcome: {
      ...hitOutcome(turn, verdict.entry, now, "exact-match"),
      tier: verdict.tier,
      similarity: verdict.similarity,
      reasons: verdict.reasons,
    },
  };
}

function hitOutcome(
  turn: Turn,
  entry: AnswerEntry,
  now: number,
  reason: CacheReason,
): CacheOutcome {
  return {
    ...outcomeBase(turn),
    status: "hit",
    tier: "exact",
    similarity: 1,
    entryId: entry.id,
    ageSeconds: Math.max(0, Math.floor((now - entry.createdAt) / 1000)),
    matchedQuestion: entry.question,
    reasons: [reason],
  };
}

function outcomeBase(turn: Turn) {
  return { threshold: turn.threshold, question: turn.question };
}
