/** Bisection steps: more than the precision of a 64-bit float needs. */
const HALVINGS = 60;

/** Confidence level of all bounds and recommendations. */
export const CONFIDENCE = 0.95;

/**
 * The one-sided Clopper-Pearson upper bound: the highest rate (0..1) at which at most `wrong` of
 * `trials` still has a probability of 1 - `confidence`. Exact, found by bisection. 1 without
 * trials.
 *
 * @throws RangeError unless `wrong` is between 0 and `trials`
 */
export function upperBound(wrong: number, trials: number, confidence = CONFIDENCE): number {
  if (!(wrong >= 0 && wrong <= trials))
    throw new RangeError(`${wrong} of ${trials} is not a share`);
  if (wrong === trials) return 1;
  const least = Math.log(1 - confidence);
  const logChoices = logChoose(trials, wrong);
  let [low, high] = [wrong / trials, 1];
  for (let round = 0; round < HALVINGS; round += 1) {
    const middle = (low + high) / 2;
    if (logChoices + logChanceOfAtMost(wrong, trials, middle) > least) low = middle;
    else high = middle;
  }
  return high;
}

/** The one-sided lower bound, by symmetry. */
export function lowerBound(wrong: number, trials: number, confidence = CONFIDENCE): number {
  return trials === 0 ? 0 : 1 - upperBound(trials - wrong, trials, confidence);
}

/**
 * The minimum number of trials without a wrong one that keeps the upper bound at or below the rate
 * (0..1).
 */
export function leastTrials(rate: number, confidence = CONFIDENCE): number {
  if (rate <= 0) return Infinity;
  return rate >= 1 ? 1 : Math.ceil(Math.log(1 - confidence) / Math.log1p(-rate) - 1e-9);
}

/** Logarithm of the binomial coefficient. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - i + 1) / i);
  return sum;
}

/**
 * Logarithm of the binomial P(X <= k) without the binomial coefficient of k, for k below the mean.
 * Computed as the largest term times a sum of falling ratios, to avoid underflow and overflow.
 */
function logChanceOfAtMost(k: number, n: number, rate: number): number {
  if (rate >= 1) return -Infinity;
  let [sum, ratio] = [1, 1];
  for (let i = k; i >= 1 && ratio > 1e-17; i -= 1) {
    ratio *= (i * (1 - rate)) / ((n - i + 1) * rate);
    sum += ratio;
  }
  return (k === 0 ? 0 : k * Math.log(rate)) + (n - k) * Math.log1p(-rate) + Math.log(sum);
}
