import { lowerBound, upperBound } from "./clopper-pearson.ts";
import type { CachePolicy } from "../cache/policy.ts";

/** A rate with its two-sided 95 % confidence interval. */
export interface WrongHitRate {
  readonly runs: number;
  readonly wrong: number;
  /** Null without runs. */
  readonly rate: number | null;
  readonly lower: number;
  readonly upper: number;
}

/** Confidence of each side of the interval. */
const SIDE = 0.975;

/** The two-sided Clopper-Pearson interval at 95 %. */
export function wrongHitRate(runs: readonly { same: boolean }[]): WrongHitRate {
  const wrong = runs.filter(({ same }) => !same).length;
  const count = runs.length;
  return {
    runs: count,
    wrong,
    rate: count === 0 ? null : wrong / count,
    lower: lowerBound(wrong, count, SIDE),
    upper: upperBound(wrong, count, SIDE),
  };
}

/** A reason why the policy's target may not be enforced as intended. */
export interface PolicyWarning {
  readonly code: "no-judge";
  readonly message: string;
}

const NO_JUDGE: PolicyWarning = {
  code: "no-judge",
  message:
    "shadow runs are compared by a rule alone, which often calls equivalent answers different, so the policy may be tightened without need; set JUDGE_MODEL",
};

/**
 * Warnings about a policy. For the error rate of the rule see
 * docs/decisions/2026-11-26-comparing-answers.md
 *
 * @param about `hasJudge`: whether a model decides when the rule is not sure
 */
export function policyWarnings(
  { shadowRate = 0, targetWrongHitRate }: CachePolicy,
  { hasJudge }: { hasJudge: boolean },
): readonly PolicyWarning[] {
  const tightens = shadowRate > 0 && (targetWrongHitRate ?? null) !== null;
  return tightens && !hasJudge ? [NO_JUDGE] : [];
}
