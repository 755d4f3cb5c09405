import type { z } from "zod";
import type { CachePolicy } from "../../cache/policy.ts";
import { CONFIDENCE } from "../../tuning/clopper-pearson.ts";
import { policyWarnings, type PolicyWarning } from "../../tuning/wrong-hit-rate.ts";
import type { ShadowRun } from "../../tuning/shadow-types.ts";
import { wrongHitRate } from "../../tuning/wrong-hit-rate.ts";
import { formatNanoUsd } from "../../usage/prices.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { askedRange } from "../read-record.ts";
import { rangeQuerySchema } from "../schemas/record-schemas.ts";
import { shadowReportSchema } from "../schemas/tuning-schemas.ts";

const MAX_RUNS = 100_000;

/** Shadow runs: measure wrong cache hits by generating the answers again. */
export const SHADOW_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/cache/shadow",
    summary: "How many of the hits that were answered anew were wrong, and what that cost",
    scope: "admin",
    access: "tenant",
    query: rangeQuerySchema,
    replies: { 200: json(shadowReportSchema) },
    handle:
      ({ shadowRuns, policies, hasJudge }) =>
      async ({ query, caller, response }) => {
        const range = askedRange(query, caller);
        const runs = await shadowRuns.list({ ...range, limit: MAX_RUNS });
        const { policy } = policies.of(range.tenant);
        response.json(toReport(runs, policy, policyWarnings(policy, { hasJudge })));
      },
  }),
];

function toReport(
  runs: readonly ShadowRun[],
  policy: CachePolicy,
  warnings: readonly PolicyWarning[],
): z.input<typeof shadowReportSchema> {
  const ofTier = (tier: ShadowRun["tier"]) => toRate(runs.filter((run) => run.tier === tier));
  const decidedBy = (who: ShadowRun["decidedBy"]) =>
    runs.filter((run) => run.decidedBy === who).length;
  const cost = runs.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
  return {
    ...toRate(runs),
    confidence: CONFIDENCE,
    by_tier: { semantic: ofTier("semantic"), verified: ofTier("verified") },
    decided_by: {
      rule: decidedBy("rule"),
      judge: decidedBy("judge"),
      person: decidedBy("person"),
    },
    cost: { currency: "USD", total: formatNanoUsd(cost) },
    shadow_rate: policy.shadowRate ?? 0,
    target_wrong_hit_rate: policy.targetWrongHitRate ?? null,
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
}

function toRate(some: readonly ShadowRun[]) {
  const { runs, wrong, rate, lower, upper } = wrongHitRate(some);
  return { runs, wrong, wrong_hit_rate: rate, lower_bound: lower, upper_bound: upper };
}
