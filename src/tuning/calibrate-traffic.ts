import { THRESHOLDS, whatIsMissing, type InsufficientData } from "./calibrate.ts";
import { CONFIDENCE, upperBound } from "./clopper-pearson.ts";
import type { Saving } from "./types.ts";

/** A logged lookup with what is known of it. */
export interface TrafficLookup {
  /** A number drawn from its id, 0 up to 1 (`sampleFraction`). */
  readonly sample: number;
  /** The threshold from which on it is served; null: at none. */
  readonly from: number | null;
  /** Null: nobody has said it. */
  readonly same: boolean | null;
  readonly saved: Saving;
}

/** What one threshold would have done with the traffic. */
export interface TrafficRow {
  readonly threshold: number;
  /** All that it would have served. */
  readonly hits: number;
  readonly saved: Saving;
  /** Of the sample by which it is judged: those with a label. */
  readonly labelledHits: number;
  /** Those that are labelled wrong. */
  readonly wrongHits: number;
  /** Those without a label; they count as wrong. */
  readonly unlabelledHits: number;
  /** The one-sided upper bound of the wrong-hit rate at 95 %; 1 without hits. */
  readonly upperBound: number;
}

/** The thresholds, what each would have done, and the loosest that keeps the promise. */
export interface TrafficCalibration {
  /** Strict to loose. */
  readonly rows: readonly TrafficRow[];
  readonly recommended: number | null;
  /** The first that was tested and failed. */
  readonly firstFailed: number | null;
  readonly insufficientData: InsufficientData | null;
}

/** Shares of the traffic that may be the sample: the one is taken whose labels are least incomplete. */
const SHARES = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01];

/**
 * Thresholds stricter than the one in force are tested where they have this share of its sample: smaller
 * ones fail by a single wrong hit, and a failure ends it all.
 */
const LARGE_SHARE = 0.5;

interface Sample {
  readonly size: number;
  readonly unlabelled: number;
  readonly wrong: number;
}

const NOBODY: Sample = { size: 0, unlabelled: 0, wrong: 0 };

/** What a row is tested by. */
interface Test {
  readonly sample: Sample;
  /** False: not even if all labels said "same" could it pass. Labels have no say in it, only their number. */
  readonly isTestable: boolean;
  readonly bound: number;
}

/**
 * Chooses the loosest threshold whose wrong-hit rate is at most `target` with 95 % confidence, when only
 * some of the traffic is labelled, and not at random: near misses are labelled before the rest.
 *
 * A threshold is judged by those of its hits whose drawn number is below a share `f`: a fair sample,
 * whoever labels what. `f` is the one at which the fewest labels are missing; what the labels say has no
 * part in it, and what is not labelled counts as wrong. So the bound holds for any way of labelling.
 *
 * Where the answers that are served already can be judged by themselves (shadow runs are a sample of
 * them), looser thresholds are judged by what they would add: both parts within the target, the whole is.
 *
 * @param inForce the threshold that is in force
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
    const before = isAdded ? inForceTest.sample : NOBODY;
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
        // The threshold in force may be no hundredth.
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

/** Fixed-sequence testing, from strict to loose: the first that fails ends it. */
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
  return whatIsMissing(
    labelled,
    labelled.filter(({ threshold }) => judged.has(threshold)),
    target,
  );
}

type ServedLookup = TrafficLookup & { readonly from: number };

/** The test of each threshold on this part of the traffic, which is sorted, the strictest first. */
function testThresholds(served: readonly ServedLookup[], target: number): Test[] {
  const byShare = SHARES.map((share) => sampleThresholds(served, share));
  return THRESHOLDS.map((_threshold, index) =>
    toTest(
      byShare.map((samples) => samples[index] ?? NOBODY),
      target,
    ),
  );
}

/** The same of all that this part of the traffic served. */
function testOf(served: readonly ServedLookup[], target: number): Test {
  const samples = SHARES.map((share) =>
    served.filter(({ sample }) => sample < share).reduce(addTo, NOBODY),
  );
  return toTest(samples, target);
}

function toTest(samples: readonly Sample[], target: number): Test {
  // No bound is below the share itself, and shares are quickly compared.
  const hopeful = samples.filter(({ size, unlabelled }) => unlabelled <= target * size);
  const least = hopeful.map(({ size, unlabelled }) => upperBound(unlabelled, size, CONFIDENCE));
  const best = least.indexOf(Math.min(...least));
  const sample = hopeful[best] ?? samples.reduce(fewestMissing, NOBODY);
  const { size, unlabelled, wrong } = sample;
  return {
    sample,
    isTestable: hopeful.length > 0 && (least[best] ?? 1) <= target,
    bound: upperBound(unlabelled + wrong, size, CONFIDENCE),
  };
}

function fewestMissing(best: Sample, each: Sample): Sample {
  const missing = ({ size, unlabelled }: Sample) => (size === 0 ? 1 : unlabelled / size);
  return missing(each) < missing(best) ? each : best;
}

function sampleThresholds(served: readonly ServedLookup[], share: number): Sample[] {
  let [next, sample] = [0, NOBODY];
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
