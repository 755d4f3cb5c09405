import { THRESHOLDS, explainMissing, type InsufficientData } from "./calibrate.ts";
import { CONFIDENCE, upperBound } from "./clopper-pearson.ts";
import type { Saving } from "./types.ts";

/** A logged lookup, reduced to what calibration needs. */
export interface TrafficLookup {
  /** Sample value of its id, 0 up to 1 (`sampleFraction`). */
  readonly sample: number;
  /** The highest threshold at which it is served; null: none. */
  readonly from: number | null;
  /** Null without a label. */
  readonly same: boolean | null;
  readonly saved: Saving;
}

/** The result of one threshold on the traffic. */
export interface TrafficRow {
  readonly threshold: number;
  /** All lookups that it would serve. */
  readonly hits: number;
  readonly saved: Saving;
  /** Labelled hits in the sample that the threshold is tested by. */
  readonly labelledHits: number;
  /** Hits in the sample labelled wrong. */
  readonly wrongHits: number;
  /** Hits in the sample without a label; they count as wrong. */
  readonly unlabelledHits: number;
  /** One-sided upper 95 % confidence bound of the wrong-hit rate; 1 without hits. */
  readonly upperBound: number;
}

/** The results of all thresholds, and the recommended one: the lowest whose bound meets the target. */
export interface TrafficCalibration {
  /** Strict to loose. */
  readonly rows: readonly TrafficRow[];
  readonly recommended: number | null;
  /** The first tested threshold that failed. */
  readonly firstFailed: number | null;
  readonly insufficientData: InsufficientData | null;
}

/** Possible sample fractions of the traffic. The one with the fewest missing labels is used. */
const SHARES = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01];

/**
 * Thresholds above the one in force are only tested if they have this share of its sample: a
 * smaller sample fails by a single wrong hit, and a failure stops the sequence.
 */
const LARGE_SHARE = 0.5;

interface Sample {
  readonly size: number;
  readonly unlabelled: number;
  readonly wrong: number;
}

const EMPTY: Sample = { size: 0, unlabelled: 0, wrong: 0 };

/** The test of a threshold. */
interface Test {
  readonly sample: Sample;
  /**
   * False if it could not pass even if all labels were "same". Depends only on the number of
   * labels.
   */
  readonly isTestable: boolean;
  readonly bound: number;
}

/**
 * Recommends the lowest threshold whose wrong-hit rate is at most `target` with 95 % confidence, if
 * only part of the traffic is labelled, and not at random: near misses are labelled first.
 *
 * A threshold is tested on those of its hits whose sample value is below a fraction `f`: a random
 * sample, whatever is labelled. `f` is chosen to have the fewest missing labels, independently of
 * what the labels say. Hits without a label count as wrong. The bound therefore holds for any
 * labelling order.
 *
 * If the hits already served can be tested separately (shadow runs are a sample of them), lower
 * thresholds are tested on the hits that they would add: if both parts meet the target, so does the
 * whole.
 *
 * @param inForce the threshold in force
 */
export function calibrateTraffic(
  lookups: readonly TrafficLookup[],
  target: number,
  inForce: number,
): TrafficCalibration {
  const served = lookups
    .map((lookup) => ({ ...lookup, from: lookup.from ?? -1 }))
    .filter(({ from }) => from >= 0)
    .toSorted((one, other) => other.from - one.from);
  const kept = served.filter(({ from }) => from >= inForce);
  const ofKept = testThresholds(kept, target);
  const inForceTest = testOf(kept, target);
  const isSplit = inForceTest.isTestable;
  const ofRest = testThresholds(isSplit ? served.slice(kept.length) : served, target);
  const tests = THRESHOLDS.map((threshold, index) =>
    isSplit && threshold >= inForce ? ofKept[index] : ofRest[index],
  ).map((test) => test ?? testOf([], target));
  const totals = countTraffic(served);
  const rows = THRESHOLDS.map((threshold, index): TrafficRow => {
    const { sample, bound } = tests[index] ?? testOf([], target);
    const isAdded = isSplit && threshold < inForce;
    const before = isAdded ? inForceTest.sample : EMPTY;
    return {
      threshold,
      ...(totals[index] ?? { hits: 0, saved: { tokens: 0, nanoUsd: 0n } }),
      labelledHits: sample.size - sample.unlabelled + before.size - before.unlabelled,
      wrongHits: sample.wrong + before.wrong,
      unlabelledHits: sample.unlabelled + before.unlabelled,
      upperBound: isAdded ? Math.max(bound, inForceTest.bound) : bound,
    };
  });
  const order = isSplit
    ? [
        ...rowsIn(tests, (threshold) => threshold > inForce).filter(
          ({ test }) => test.sample.size >= inForceTest.sample.size * LARGE_SHARE,
        ),
        // The threshold in force may lie between two candidates.
        { threshold: inForce, test: inForceTest },
        ...rowsIn(tests, (threshold) => threshold < inForce),
      ]
    : rowsIn(tests, () => true);
  return choose(rows, order, target);
}

interface Step {
  readonly threshold: number;
  readonly test: Test;
}

function rowsIn(tests: readonly Test[], isIn: (threshold: number) => boolean): Step[] {
  return THRESHOLDS.flatMap((threshold, index) => {
    const test = tests[index];
    return test !== undefined && isIn(threshold) ? [{ threshold, test }] : [];
  });
}

/** Fixed-sequence testing, from strict to loose: the first failure stops it. */
function choose(
  rows: readonly TrafficRow[],
  order: readonly Step[],
  target: number,
): TrafficCalibration {
  const tested = order.filter(({ test }) => test.isTestable);
  const failed = tested.findIndex(({ test }) => test.bound > target);
  const passed = failed === -1 ? tested : tested.slice(0, failed);
  const recommended = passed.at(-1)?.threshold ?? null;
  const firstFailed = failed === -1 ? null : (tested[failed]?.threshold ?? null);
  return {
    rows,
    recommended,
    firstFailed,
    insufficientData: recommended === null ? missing(rows, tested, target) : null,
  };
}

function missing(
  rows: readonly TrafficRow[],
  tested: readonly Step[],
  target: number,
): InsufficientData {
  const labelled = rows.map((row) => ({ ...row, hits: row.labelledHits }));
  const judged = new Set(tested.map(({ threshold }) => threshold));
  return explainMissing(
    labelled,
    labelled.filter(({ threshold }) => judged.has(threshold)),
    target,
  );
}

type ServedLookup = TrafficLookup & { readonly from: number };

/** Tests each threshold on this part of the traffic, which is sorted from strict to loose. */
function testThresholds(served: readonly ServedLookup[], target: number): Test[] {
  const byShare = SHARES.map((share) => sampleThresholds(served, share));
  return THRESHOLDS.map((_threshold, index) =>
    toTest(
      byShare.map((samples) => samples[index] ?? EMPTY),
      target,
    ),
  );
}

/** Tests this part of the traffic as a whole. */
function testOf(served: readonly ServedLookup[], target: number): Test {
  const samples = SHARES.map((share) =>
    served.filter(({ sample }) => sample < share).reduce(addTo, EMPTY),
  );
  return toTest(samples, target);
}

function toTest(samples: readonly Sample[], target: number): Test {
  // A bound is never below its share, and shares are cheap to compare.
  const candidates = samples.filter(({ size, unlabelled }) => unlabelled <= target * size);
  const least = candidates.map(({ size, unlabelled }) => upperBound(unlabelled, size, CONFIDENCE));
  const best = least.indexOf(Math.min(...least));
  const sample = candidates[best] ?? samples.reduce(fewestMissing, EMPTY);
  const { size, unlabelled, wrong } = sample;
  return {
    sample,
    isTestable: candidates.length > 0 && (least[best] ?? 1) <= target,
    bound: upperBound(unlabelled + wrong, size, CONFIDENCE),
  };
}

function fewestMissing(best: Sample, each: Sample): Sample {
  const missing = ({ size, unlabelled }: Sample) => (size === 0 ? 1 : unlabelled / size);
  return missing(each) < missing(best) ? each : best;
}

function sampleThresholds(served: readonly ServedLookup[], share: number): Sample[] {
  let [next, sample] = [0, EMPTY];
  return THRESHOLDS.map((threshold) => {
    for (let each = served[next]; each !== undefined; each = served[next]) {
      if (each.from < threshold) break;
      next += 1;
      if (each.sample < share) sample = addTo(sample, each);
    }
    return sample;
  });
}

function addTo({ size, unlabelled, wrong }: Sample, { same }: ServedLookup): Sample {
  return {
    size: size + 1,
    unlabelled: unlabelled + Number(same === null),
    wrong: wrong + Number(same === false),
  };
}

function countTraffic(served: readonly ServedLookup[]): Pick<TrafficRow, "hits" | "saved">[] {
  let [next, tokens, nanoUsd] = [0, 0, 0n];
  return THRESHOLDS.map((threshold) => {
    for (let each = served[next]; each !== undefined; each = served[next]) {
      if (each.from < threshold) break;
      next += 1;
      tokens += each.saved.tokens;
      nanoUsd += each.saved.nanoUsd;
    }
    return { hits: next, saved: { tokens, nanoUsd } };
  });
}
