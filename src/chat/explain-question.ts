import type { CacheExplanation } from "../cache/answer-cache.ts";
import type { CacheVerdict, Thresholds } from "../cache/verdict.ts";
import { nearestQuery, planTurn, withExact } from "./look-up-answer.ts";
import { prepareTurn } from "./prepare-turn.ts";
import { beginTurn, type ChatDependencies } from "./turn.ts";
import type { CacheReason, CacheStatus, CacheTier, ChatRequest } from "./types.ts";

/** What the cache would do with a question, and why. */
export interface QuestionExplanation {
  /** Standalone as far as it could be made without a model. */
  readonly question: string;
  readonly scope: string;
  readonly thresholds: Thresholds;
  readonly status: CacheStatus;
  readonly tier: CacheTier | null;
  readonly reasons: readonly CacheReason[];
  /** Three at most, nearest first; none where the cache would not be asked. */
  readonly nearest: CacheExplanation["nearest"];
}

/**
 * Says what a lookup would come to. Nothing is remembered, stored, confirmed or removed, and no chat model
 * is called: a follow-up that was never rewritten would stay in its conversation, and is said to.
 *
 * @throws RedisUnavailable, or what the embedder threw
 */
export async function explainQuestion(
  request: ChatRequest,
  dependencies: ChatDependencies,
): Promise<QuestionExplanation> {
  const run = { id: "", stopSignal: new AbortController().signal };
  const { recallQuestion } = dependencies;
  const turn = beginTurn(request, run, dependencies);
  await prepareTurn(turn, { ...dependencies, resolveQuestion: recallQuestion });
  const { question, scope, thresholds } = turn;
  const plan = planTurn(turn);
  const seen = { question, scope, thresholds };
  if (!plan.read) {
    return { ...seen, status: plan.status, tier: null, reasons: plan.reasons, nearest: [] };
  }
  const query = await nearestQuery(turn, dependencies);
  const { exact, semantic, nearest } = await dependencies.cache.explain(query);
  return {
    ...seen,
    ...toStatus(exact.kind === "hit" ? exact : withExact(exact, semantic)),
    nearest,
  };
}

function toStatus(verdict: CacheVerdict): Pick<QuestionExplanation, "status" | "tier" | "reasons"> {
  const tier = verdict.kind === "hit" ? verdict.tier : null;
  return { status: verdict.kind, tier, reasons: verdict.reasons };
}
