import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leastTrials, lowerBound, upperBound } from "../../src/tuning/clopper-pearson.ts";

/** P(X <= k), term by term; in logarithms, as the first term underflows at a high rate. */
function chanceOfAtMost(k: number, n: number, rate: number): number {
  const odds = Math.log(rate / (1 - rate));
  let [term, sum] = [n * Math.log1p(-rate), 0];
  for (let i = 0; i <= k; i += 1) {
    sum += Math.exp(term);
    term += Math.log((n - i) / (i + 1)) + odds;
  }
  return sum;
}

const counts = fc
  .integer({ min: 1, max: 150 })
  .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials - 1 }), fc.constant(trials)));

describe("the Clopper-Pearson bound", () => {
  // 0 of n is 1 - 0.05^(1/n); 1 of 10 and 5 of 100 are in the published tables (one-sided 95 %).
  test.each([
    [0, 299, 0.009_969],
    [0, 58, 0.050_340],
    [0, 59, 0.049_508],
    [1, 10, 0.394_163],
    [5, 100, 0.102_253],
  ])("%i of %i", (wrong, trials, bound) => {
    expect(upperBound(wrong, trials)).toBeCloseTo(bound, 4);
  });

  test("has a 5 % probability of so few wrong ones at the bound", () => {
    fc.assert(
      fc.property(counts, ([wrong, trials]) => {
        const bound = upperBound(wrong, trials);
        expect(chanceOfAtMost(wrong, trials, bound)).toBeCloseTo(0.05, 8);
        expect(bound).toBeGreaterThan(wrong / trials);
      }),
    );
  });

  test("rises with wrong ones, falls with trials, and mirrors the lower bound", () => {
    fc.assert(
      fc.property(counts, ([wrong, trials]) => {
        const bound = upperBound(wrong, trials);
        expect(upperBound(wrong + 1, trials)).toBeGreaterThan(bound);
        expect(upperBound(wrong, trials + 1)).toBeLessThan(bound);
        expect(lowerBound(wrong, trials)).toBeLessThanOrEqual(wrong / trials);
        expect(lowerBound(wrong, trials)).toBeCloseTo(1 - upperBound(trials - wrong, trials), 12);
      }),
    );
  });

  test("is accurate for many trials, and 1 without trials", () => {
    expect(upperBound(2_000, 200_000)).toBeCloseTo(0.010_375, 5);
    expect(upperBound(0, 0)).toBe(1);
    expect(lowerBound(0, 0)).toBe(0);
    expect(() => upperBound(3, 2)).toThrow(RangeError);
  });

  test.each([0.01, 0.02, 0.05, 0.1, 0.5])("the minimum trials for %d are minimal", (rate) => {
    const least = leastTrials(rate);
    expect(upperBound(0, least)).toBeLessThanOrEqual(rate);
    if (least > 1) expect(upperBound(0, least - 1)).toBeGreaterThan(rate);
  });
});
