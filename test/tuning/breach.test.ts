import { describe, expect, test } from "vitest";
import { createRandom } from "../../bench/support/seeded-random.ts";
import { findBreach } from "../../src/tuning/tighten.ts";
import { wrongHitRate } from "../../src/tuning/wrong-hit-rate.ts";

const makeRuns = (count: number, wrongRate: number, random: () => number) =>
  Array.from({ length: count }, () => ({ tier: "semantic" as const, same: random() >= wrongRate }));

describe("a broken target", () => {
  test("is detected within some dozens of runs, even after a long good period", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = createRandom(seed);
      const good = makeRuns(3_000, 0.002, random);
      const bad = makeRuns(200, 0.2, random);
      expect(findBreach(good, 0.02)).toBeNull();
      expect(findBreach([...good, ...bad], 0.02)).toMatchObject({ tier: "semantic", runs: 3_200 });
    }
  });

  test("is rarely reported when the rate equals the target", () => {
    let alarms = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      if (findBreach(makeRuns(1_000, 0.02, createRandom(seed)), 0.02) !== null) alarms += 1;
    }
    // At most one in 20,000 runs: 5 % of 1,000 runs, and three standard deviations of chance.
    expect(alarms / 200).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 200));
  });

  test("is detected per tier", () => {
    const bad = Array.from({ length: 60 }, () => ({ tier: "verified" as const, same: false }));
    const good = Array.from({ length: 900 }, () => ({ tier: "semantic" as const, same: true }));
    expect(findBreach([...bad, ...good], 0.05)).toEqual({ tier: "verified", runs: 60, wrong: 60 });
    expect(findBreach(good, 0.05)).toBeNull();
    expect(findBreach([], 0.05)).toBeNull();
  });
});

test.each([0.01, 0.05, 0.2])(
  "the interval covers a wrong-hit rate of %f in at least 93 %% of 200 streams",
  (rate) => {
    let held = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const { lower, upper } = wrongHitRate(makeRuns(300, rate, createRandom(seed)));
      if (lower <= rate && rate <= upper) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(186);
  },
);
