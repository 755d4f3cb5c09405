import type { CachePolicy } from "../cache/policy.ts";
import type { Breach } from "./breach.ts";
import { calibrate } from "./calibrate.ts";
import type { ShadowRun } from "./shadow-types.ts";

/** Grey zones narrower than this are closed. */
const NARROWEST_ZONE = 0.01;

/**
 * A stricter policy for a tier that breaks its target: the loosest threshold that the runs themselves
 * vouch for, where they do for one that is stricter; else halfway to serving nothing by similarity. Null
 * where nothing stricter is left. Whatever it serves, the policy before served too.
 */
export function tighten(
  policy: CachePolicy,
  { tier }: Breach,
  runs: readonly ShadowRun[],
  target: number,
): CachePolicy | null {
  const own = runs.filter((run) => run.tier === tier);
  return tier === "semantic" ? tightenServe(policy, own, target) : tightenGrey(policy, own, target);
}

function tightenServe(
  policy: CachePolicy,
  runs: readonly ShadowRun[],
  target: number,
): CachePolicy | null {
  const { threshold: before } = policy;
  if (before >= 1) return null;
  const seen = runs.map((run) => ({ ...run, source: "shadow" as const }));
  const { recommended } = calibrate(seen, target);
  const isStricter = recommended !== null && recommended > before;
  return { ...policy, threshold: isStricter ? recommended : halfway(before, 1) };
}

function tightenGrey(
  policy: CachePolicy,
  runs: readonly ShadowRun[],
  target: number,
): CachePolicy | null {
  const { threshold, greyThreshold: before } = policy;
  if (before >= threshold) return null;
  const seen = runs.map((run) => ({ ...run, source: "shadow" as const }));
  const { recommended } = calibrate(seen, target, ({ servedFrom: { grey } }) => grey);
  const isStricter = recommended !== null && recommended > before && recommended < threshold;
  const after = isStricter ? recommended : halfway(before, threshold);
  return {
    ...policy,
    greyThreshold: threshold - after < NARROWEST_ZONE ? Math.max(threshold, before) : after,
  };
}

/** In hundredths, never less than half of the way. */
function halfway(from: number, to: number): number {
  return Math.min(to, Math.ceil(((from + to) / 2) * 100 - 1e-9) / 100);
}
