import type { ShadowRun, SimilarityTier } from "./shadow-types.ts";
import type { CachePolicy } from "../cache/policy.ts";
import { calibrate } from "./calibrate.ts";

/** Minimum width of a grey zone; narrower ones are closed. */
const NARROWEST_ZONE = 0.01;

/**
 * Returns a stricter policy for a tier that breaks its target: the threshold that the runs
 * recommend, if it is stricter, else halfway to serving nothing by similarity. Null if nothing
 * stricter is left. It never serves anything that the previous policy did not.
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

/** Halfway between two thresholds, rounded up to hundredths. */
function halfway(from: number, to: number): number {
  return Math.min(to, Math.ceil(((from + to) / 2) * 100 - 1e-9) / 100);
}

/** A tier that breaks the target. */
export interface Breach {
  readonly tier: SimilarityTier;
  readonly runs: number;
  readonly wrong: number;
}

/** Wrong-hit rates to detect, as multiples of the target. */
const MULTIPLES = [2, 4, 8, 16];
/** Maximum wrong-hit rate to detect. */
const HIGHEST_RATE = 0.9;
/** Minimum average number of runs between false alarms, for a tier exactly at its target. */
const RUNS_PER_FALSE_ALARM = 20_000;

/**
 * Detects that the wrong-hit rate of a tier is above the target now; null if it is not detected.
 * May be called after every run: it monitors a stream, not a fixed sample.
 *
 * A Shiryaev-Roberts detector: at each run and for each rate to detect, R becomes (R + 1) times the
 * likelihood ratio of that rate to the target. At or below the target, R grows by at most one per
 * run on average, so the mean of all R reaches `RUNS_PER_FALSE_ALARM` after at least as many runs
 * on average (Doob). Unlike an average, a long good period does not mask a bad one.
 *
 * @param runs oldest first
 */
export function findBreach(
  runs: readonly Pick<ShadowRun, "tier" | "same">[],
  target: number,
): Breach | null {
  for (const tier of ["semantic", "verified"] as const) {
    const own = runs.filter((run) => run.tier === tier);
    if (raisesAlarm(own, target)) {
      return { tier, runs: own.length, wrong: own.filter(({ same }) => !same).length };
    }
  }
  return null;
}

function raisesAlarm(runs: readonly { same: boolean }[], target: number): boolean {
  const rates = MULTIPLES.map((times) => Math.min(HIGHEST_RATE, target * times)).filter(
    (rate) => rate > target,
  );
  let detectors = rates.map((rate) => ({ rate, value: 0 }));
  for (const { same } of runs) {
    detectors = detectors.map(({ rate, value }) => {
      const likelier = same ? (1 - rate) / (1 - target) : rate / target;
      return { rate, value: (value + 1) * likelier };
    });
    const sum = detectors.reduce((total, { value }) => total + value, 0);
    if (sum / Math.max(1, detectors.length) >= RUNS_PER_FALSE_ALARM) return true;
  }
  return false;
}
