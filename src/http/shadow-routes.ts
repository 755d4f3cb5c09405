import { Router } from "express";
import type { z } from "zod";
import type { CachePolicy } from "../cache/policy.ts";
import { CONFIDENCE } from "../tuning/clopper-pearson.ts";
import { policyWarnings, type PolicyWarning, wrongHitRate } from "../tuning/wrong-hit-rate.ts";
import type { ShadowRun } from "../tuning/shadow-types.ts";
import { formatNanoUsd } from "../usage/money.ts";
import { askedRange } from "./asked-range.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { rangeQuerySchema } from "./schemas/record-schemas.ts";
import type { shadowReportSchema } from "./schemas/tuning-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_RUNS = 100_000;

/** What the shadow runs say of the hits. */
export function shadowRoutes({
  apiKeys,
  shadowRuns,
  policies,
  hasJudge,
}: Pick<HttpDependencies, "apiKeys" | "shadowRuns" | "policies" | "hasJudge">): Router {
  const router = Router();
  router.get("/v1/cache/shadow", authenticate(apiKeys, "admin"), async (request, response) => {
    const range = askedRange(validate(rangeQuerySchema, request.query), response);
    const runs = await shadowRuns.list({ ...range, limit: MAX_RUNS });
    const { policy } = policies.of(range.tenant);
    response.json(toReport(runs, policy, policyWarnings(policy, { hasJudge })));
  });
  return router;
}

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
