import type { AnswerCache, CacheExplanation } from "../cache/answer-cache.ts";
import type { CacheVerdict, Thresholds } from "../cache/verdict.ts";
import type { CacheTier } from "../cache/types.ts";
import type { CacheReason, CacheStatus, ChatRequest } from "../chat/types.ts";
import type { MessageKind } from "../chat/understand/understand.ts";
import { beginAsking, type AskingParts } from "./asking.ts";
import { nearestQuery, planOf, withExact } from "./look-up.ts";
import { openSearch, type SearchParts } from "./search.ts";
import { understand, type UnderstandParts } from "./understand.ts";

/** What the cache would do with a question, and why. */
export interface QuestionExplanation {
  /** The standalone question, as far as possible without a model. */
  readonly question: string;
  readonly scope: string;
  /** Language of the question as a BCP 47 code; null if undecided. */
  readonly language: string | null;
  readonly thresholds: Thresholds;
  readonly status: CacheStatus;
  readonly tier: CacheTier | null;
  /** Kind of the message. */
  readonly kind: MessageKind;
  readonly reasons: readonly CacheReason[];
  /** At most three, nearest first; none if the cache would be bypassed. */
  readonly nearest: CacheExplanation["nearest"];
}

/** Dependencies of an explanation. */
export interface ExplainParts extends AskingParts, UnderstandParts, SearchParts {
  readonly embedder: UnderstandParts["embedder"] & SearchParts["embedder"];
  readonly cache: Pick<AnswerCache, "explain">;
}

/**
 * Predicts the result of a lookup. It changes nothing and calls no chat model: a follow-up that was never
 * rewritten is reported as unresolved.
 *
 * @throws RedisUnavailable, or what the embedder threw
 */
export async function explainQuestion(
  request: ChatRequest,
  parts: ExplainParts,
): Promise<QuestionExplanation> {
  const run = { id: "", stopSignal: new AbortController().signal };
  const asking = beginAsking(request, run, parts);
  const asked = await understand(asking, { ...parts, resolveQuestion: parts.recallQuestion });
  const { question, scope, kind, thresholds, language } = asked;
  const plan = planOf(asked);
  const seen = { question, scope, kind, language: language.detected ?? null, thresholds };
  if (!plan.read) {
    return { ...seen, status: plan.status, tier: null, reasons: plan.reasons, nearest: [] };
  }
  const query = await nearestQuery(asked, openSearch(asked, parts));
  if (query === undefined) {
    const reasons = ["not-embedded" as const];
    return { ...seen, status: "miss", tier: null, reasons, nearest: [] };
  }
  const { exact, semantic, nearest } = await parts.cache.explain(query);
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
