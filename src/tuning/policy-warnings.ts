import type { CachePolicy } from "../cache/policy.ts";

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
