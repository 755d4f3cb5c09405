import type { ShadowRun, SimilarityTier } from "./shadow-types.ts";

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
