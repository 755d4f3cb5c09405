import type { ShadowRun, SimilarityTier } from "./shadow-types.ts";
import type { CachePolicy } from "../cache/policy.ts";
import { calibrate } from "./calibrate.ts";

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

/** The target broken by one tier. */
export interface Breach {
  readonly tier: SimilarityTier;
  readonly runs: number;
  readonly wrong: number;
}

/** Wrong-hit rates that are looked for, as multiples of the target. */
const MULTIPLES = [2, 4, 8, 16];
/** No rate looked for is higher. */
const HIGHEST_RATE = 0.9;
/** A tier that is exactly at its target raises a false alarm once in so many runs on average, or more seldom. */
const RUNS_A_FALSE_ALARM = 20_000;

/**
 * Whether the wrong-hit rate is above the target now, in either tier; null: nothing says so. It may be
 * asked after every run: the runs are not a sample that is looked at once but a stream that is watched.
 *
 * A Shiryaev-Roberts detector: at each run, for each rate looked for, (R + 1) times how much likelier the
 * run is at that rate than at the target. At or below the target R grows by one a run on average at most,
 * so that the mean of them reaches `RUNS_A_FALSE_ALARM` after as many runs on average at the earliest
 * (Doob); and a long good time before a bad one does not weigh against it, as it would in an average.
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
    if (sum / Math.max(1, detectors.length) >= RUNS_A_FALSE_ALARM) return true;
  }
  return false;
}
