import { CONFIDENCE, leastTrials, upperBound } from "./clopper-pearson.ts";
import type { Observation, Saving } from "./types.ts";

/** The result of one threshold. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly hits: number;
  readonly wrongHits: number;
  /** One-sided upper 95 % confidence bound of the wrong-hit rate; 1 without hits. */
  readonly upperBound: number;
  readonly saved: Saving;
}

/** Why no threshold is recommended, and how many labels are missing. */
export interface InsufficientData {
  readonly reason: "too-few-labels" | "too-many-wrong";
  /**
   * Labels of would-be hits still needed, if further labels are as good as the present ones; null
   * if wrong hits are too frequent for more labels to help.
   */
  readonly labelsNeeded: number | null;
}

/** The results of all thresholds, and the recommended one: the lowest whose bound meets the target. */
export interface Calibration {
  /** Strict to loose. */
  readonly rows: readonly ThresholdRow[];
  readonly recommended: number | null;
  /** Set only if no threshold is recommended. */
  readonly insufficientData: InsufficientData | null;
}

/** Candidate thresholds 0.99 down to 0.50, fixed before any label is seen. */
export const THRESHOLDS: readonly number[] = Array.from({ length: 50 }, (_v, i) => (99 - i) / 100);

/**
 * Recommends the lowest threshold whose wrong-hit rate is at most `target` with 95 % confidence.
 *
 * Uses fixed-sequence testing, from strict to loose. Thresholds with too few hits to pass even
 * without a wrong hit are skipped, which does not depend on labels. Each other threshold is tested
 * at the full level, and the first failure stops the sequence. A threshold above the target is
 * therefore recommended with at most 5 % probability, although many are tested.
 *
 * @param target wrong-hit rate, above 0 and below 1
 * @param servedFrom the highest threshold at which an observation is served; null: never
 */
export function calibrate(
  observations: readonly Observation[],
  target: number,
  servedFrom: (observation: Observation) => number | null = ({ servedFrom: { serve } }) => serve,
): Calibration {
  const rows = countHits(observations, servedFrom);
  const least = leastTrials(target);
  const tested = rows.filter(({ hits }) => hits >= least);
  const failed = tested.findIndex((row) => row.upperBound > target);
  const passed = failed === -1 ? tested : tested.slice(0, failed);
  const recommended = passed.at(-1)?.threshold ?? null;
  return {
    rows,
    recommended,
    insufficientData: recommended === null ? explainMissing(rows, tested, target) : null,
  };
}

/** Calibrations of both thresholds. */
export interface ThresholdsCalibration {
  readonly serve: Calibration;
  readonly grey: Calibration;
}

/**
 * Calibrates the serve threshold, then the grey threshold. Hits of the grey zone are tested
 * separately, and only below the first serve threshold that failed: their labels did not influence
 * where that was. Each guarantee holds in 95 % of calibrations, both together in at least 90 %.
 *
 * @param inForce the serve threshold that stays if none is recommended
 */
export function calibrateBoth(
  observations: readonly Observation[],
  target: number,
  inForce: number,
): ThresholdsCalibration {
  const serve = calibrate(observations, target);
  const below = firstNotPassed(serve, target) ?? serve.recommended ?? inForce;
  const grey = calibrate(observations, target, ({ similarity, servedFrom }) =>
    similarity < Math.min(below, inForce) ? servedFrom.grey : null,
  );
  return { serve, grey };
}

function firstNotPassed({ rows, recommended }: Calibration, target: number): number | undefined {
  const least = leastTrials(target);
  return rows.find(
    ({ threshold, hits }) => hits >= least && (recommended === null || threshold < recommended),
  )?.threshold;
}

/** Counts hits of all thresholds in one pass, from strict to loose. */
function countHits(
  observations: readonly Observation[],
  servedFrom: (observation: Observation) => number | null,
): ThresholdRow[] {
  const served = observations
    .map((observation) => ({ observation, from: servedFrom(observation) ?? -1 }))
    .filter(({ from }) => from >= 0)
    .toSorted((one, other) => other.from - one.from);
  let [next, wrongHits, tokens, nanoUsd] = [0, 0, 0, 0n];
  return THRESHOLDS.map((threshold) => {
    for (let each = served[next]; each !== undefined; each = served[next]) {
      if (each.from < threshold) break;
      next += 1;
      if (!each.observation.same) wrongHits += 1;
      tokens += each.observation.saved?.tokens ?? 0;
      nanoUsd += each.observation.saved?.nanoUsd ?? 0n;
    }
    const bound = upperBound(wrongHits, next, CONFIDENCE);
    return { threshold, hits: next, wrongHits, upperBound: bound, saved: { tokens, nanoUsd } };
  });
}

type Counts = Pick<ThresholdRow, "hits" | "wrongHits">;

/**
 * Explains a missing recommendation, from the counts of all and of the tested thresholds, strict to
 * loose.
 */
export function explainMissing(
  rows: readonly Counts[],
  tested: readonly Counts[],
  target: number,
): InsufficientData {
  const [failed] = tested;
  if (failed === undefined) {
    const most = rows.at(-1) ?? { hits: 0, wrongHits: 0 };
    const all = labelsFor(most, target);
    if (all !== null) return { reason: "too-few-labels", labelsNeeded: all };
    return { reason: "too-few-labels", labelsNeeded: Math.max(1, leastTrials(target) - most.hits) };
  }
  const labelsNeeded = labelsFor(failed, target);
  return { reason: labelsNeeded === null ? "too-many-wrong" : "too-few-labels", labelsNeeded };
}

/** Labels still needed at this share of wrong hits until the bound meets the target; null: never. */
function labelsFor({ hits, wrongHits }: Counts, target: number): number | null {
  if (hits > 0 && wrongHits / hits >= target) return null;
  const passes = (trials: number) =>
    upperBound(Math.ceil((wrongHits / Math.max(1, hits)) * trials - 1e-9), trials) <= target;
  let high = leastTrials(target);
  // More labels than this are not realistic.
  while (!passes(high)) {
    if (high > 1_000_000) return null;
    high *= 2;
  }
  let low = Math.max(hits, Math.floor(high / 2));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return Math.max(1, high - hits);
}
