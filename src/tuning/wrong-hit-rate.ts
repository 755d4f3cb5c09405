import { lowerBound, upperBound } from "./clopper-pearson.ts";
import type { CachePolicy } from "../cache/policy.ts";

/** A rate with the interval that holds the true one in 95 %. */
export interface WrongHitRate {
  readonly runs: number;
  readonly wrong: number;
  /** Null without runs. */
  readonly rate: number | null;
  readonly lower: number;
  readonly upper: number;
}

/** Of each side of the interval. */
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

/** Something that makes what a policy asks for less than it seems. */
export interface PolicyWarning {
  readonly code: "no-judge";
  readonly message: string;
}

const NO_JUDGE: PolicyWarning = {
  code: "no-judge",
  message:
    "a rule alone compares the answers of the shadow runs, and calls many different that say the same: the target may tighten the policy without need; name a JUDGE_MODEL",
};

/**
 * What is to be said of a policy. How often the rule is wrong:
 * docs/decisions/2026-11-26-comparing-answers.md
 *
 * @param about `hasJudge` whether a model is asked where the rule is not sure
 */
export function policyWarnings(
  { shadowRate = 0, targetWrongHitRate }: CachePolicy,
  { hasJudge }: { hasJudge: boolean },
): readonly PolicyWarning[] {
  const tightens = shadowRate > 0 && (targetWrongHitRate ?? null) !== null;
  return tightens && !hasJudge ? [NO_JUDGE] : [];
}
