/** Halvings of the interval: far below the precision of a 64-bit float. */
const HALVINGS = 60;

/** Of every bound and every recommendation. */
export const CONFIDENCE = 0.95;

/**
 * The one-sided Clopper-Pearson upper bound: the largest rate (0..1) under which so few wrong ones in
 * so many trials still have a chance of 1 - `confidence`. Exact, found by halving, as the chance falls
 * with the rate. 1 where nothing was tried.
 *
 * @throws RangeError when `wrong` is not between 0 and `trials`
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

/** The fewest trials without a wrong one that keep the bound at or below the rate (0..1). */
export function leastTrials(rate: number, confidence = CONFIDENCE): number {
  if (rate <= 0) return Infinity;
  return rate >= 1 ? 1 : Math.ceil(Math.log(1 - confidence) / Math.log1p(-rate) - 1e-9);
}

/** The logarithm of the number of ways to choose k of n. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - i + 1) / i);
  return sum;
}

/**
 * The logarithm of the binomial P(X <= k) without its number of ways, k below the mean: the largest
 * term times a sum of ratios that fall from it, so that neither under- nor overflows.
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
