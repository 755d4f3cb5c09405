import { CONFIDENCE, leastTrials, upperBound } from "./clopper-pearson.ts";
import type { Observation, Saving } from "./types.ts";

/** What one threshold would have done. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly hits: number;
  readonly wrongHits: number;
  /** The one-sided upper bound of the wrong-hit rate at 95 %; 1 without hits. */
  readonly upperBound: number;
  readonly saved: Saving;
}

/** Why there is no recommendation, and what would change that. */
export interface InsufficientData {
  readonly reason: "too-few-labels" | "too-many-wrong";
  /**
   * Labels of would-be hits that are missing, if those to come are as good as those that came; null
   * where more labels would not help, as wrong ones are too frequent.
   */
  readonly labelsNeeded: number | null;
}

/** The thresholds, what each would have done, and the loosest that keeps the promise. */
export interface Calibration {
  /** Strict to loose. */
  readonly rows: readonly ThresholdRow[];
  readonly recommended: number | null;
  /** Only where nothing is recommended. */
  readonly insufficientData: InsufficientData | null;
}

/** 0.99 down to 0.50: chosen before any label is seen. */
export const THRESHOLDS: readonly number[] = Array.from({ length: 50 }, (_v, i) => (99 - i) / 100);

/**
 * Chooses the loosest threshold whose wrong-hit rate is at most `target` with 95 % confidence.
 *
 * Fixed-sequence testing, from strict to loose: thresholds with so few hits that not even a clean sheet
 * could pass are left out, which no label has a say in; then each is tested at the full level, and the
 * first that fails ends it. A threshold that breaks the promise is recommended only if the strictest
 * such one passes its own test, so the guarantee survives looking at all of them.
 *
 * @param target the wrong-hit rate promised, above 0 and below 1
 * @param servedFrom the similarity from which an observation is served; null: never
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
    insufficientData: recommended === null ? whatIsMissing(rows, tested, target) : null,
  };
}

/** Both thresholds. */
export interface ThresholdsCalibration {
  readonly serve: Calibration;
  readonly grey: Calibration;
}

/**
 * The serve threshold, then the grey one. The grey zone's hits are judged by themselves and only below
 * the first threshold that the serve test did not pass: their labels had no say in where that was, so
 * each of the two promises holds by itself in 95 % of calibrations, both in at least 90 %.
 *
 * @param inForce the serve threshold that stays where none is recommended
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

/** Each observation is looked at once; thresholds strict to loose. */
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

/** Why nothing could be recommended, from what all thresholds and those tested came to, strict to loose. */
export function whatIsMissing(
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

/** How many more, at this share of wrong ones, until the bound meets the target; null: never. */
function labelsFor({ hits, wrongHits }: Counts, target: number): number | null {
  if (hits > 0 && wrongHits / hits >= target) return null;
  const passes = (trials: number) =>
    upperBound(Math.ceil((wrongHits / Math.max(1, hits)) * trials - 1e-9), trials) <= target;
  let high = leastTrials(target);
  // Beyond this nobody labels.
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
