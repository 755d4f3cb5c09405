import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../bench/support/seeded-random.ts";
import { calibrate } from "../../src/tuning/calibrate.ts";
import { calibrateTraffic, type TrafficLookup } from "../../src/tuning/calibrate-traffic.ts";

const NOTHING = { tokens: 0, nanoUsd: 0n };
const IN_FORCE = 0.95;

const lookup = fc.record({
  sample: fc.double({ min: 0, max: 0.999, noNaN: true }),
  from: fc.option(fc.integer({ min: 40, max: 100 }).map((hundredths) => hundredths / 100)),
  same: fc.boolean(),
  saved: fc.nat(1000).map((tokens) => ({ tokens, nanoUsd: BigInt(tokens) * 3n })),
});

describe("calibration over a log", () => {
  test("equals the calibration over pairs when everything is labelled and nothing is served yet", () => {
    fc.assert(
      fc.property(fc.array(lookup, { maxLength: 300 }), (lookups) => {
        const observations = lookups.map(({ from, ...rest }) => ({
          ...rest,
          similarity: from ?? 0,
          servedFrom: { serve: from, grey: null },
          source: "person" as const,
        }));
        const pairs = calibrate(observations, 0.1);
        const { rows, recommended, insufficientData } = calibrateTraffic(lookups, 0.1, 1.5);
        expect(recommended).toBe(pairs.recommended);
        expect(insufficientData).toEqual(pairs.insufficientData);
        expect(rows).toEqual(
          pairs.rows.map(({ saved, ...row }) => ({
            ...row,
            saved,
            labelledHits: row.hits,
            unlabelledHits: 0,
          })),
        );
      }),
    );
  });

  /** Traffic whose wrong hits grow rarer with the similarity, labelled as `label` says. */
  function makeTraffic(
    seed: number,
    size: number,
    label: (lookup: { from: number; sample: number }) => boolean,
  ): TrafficLookup[] {
    const random = createRandom(seed);
    return Array.from({ length: size }, () => {
      const from = 0.5 + 0.5 * random();
      const sample = random();
      const isSame = random() >= wrongAt(from);
      return { from, sample, same: label({ from, sample }) ? isSame : null, saved: NOTHING };
    });
  }

  const wrongAt = (from: number) => (from >= 0.9 ? 0.005 : 0.005 + (0.9 - from) * 0.8);

  /** Of all that a threshold serves, the share that is wrong in the long run. */
  const wrongBelow = (threshold: number) => {
    const steps = Array.from(
      { length: 1_000 },
      (_v, i) => threshold + ((1 - threshold) * i) / 1_000,
    );
    return steps.reduce((sum, from) => sum + wrongAt(from), 0) / steps.length;
  };

  test("never recommends a threshold below the labelled range when near misses are labelled closest first", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const traffic = makeTraffic(seed, 4_000, ({ from }) => from >= 0.88);
      const { recommended, rows } = calibrateTraffic(traffic, 0.05, IN_FORCE);
      expect(recommended).toBeGreaterThanOrEqual(0.87);
      // A few unlabelled ones may be wrong all of them; many may not.
      expect(rows.find(({ threshold }) => threshold === 0.8)?.upperBound).toBeGreaterThan(0.3);
    }
  });

  test("tests served hits by a sample, and added hits separately", () => {
    const traffic = makeTraffic(3, 8_000, ({ from, sample }) =>
      from >= IN_FORCE ? sample < 0.2 : from >= 0.85,
    );
    const { recommended, rows } = calibrateTraffic(traffic, 0.05, IN_FORCE);
    expect(recommended).not.toBeNull();
    expect(recommended).toBeLessThan(0.9);
    const row = rows.find(({ threshold }) => threshold === recommended);
    const served = traffic.filter(({ from }) => (from ?? 0) >= IN_FORCE).length;
    const added = traffic.filter(
      ({ from }) => (from ?? 0) < IN_FORCE && (from ?? 0) >= (recommended ?? 0),
    ).length;
    expect(row?.hits).toBe(served + added);
    // All of what is added, and a fifth of what is served.
    expect(row?.labelledHits).toBeGreaterThan(added + 0.15 * served);
    expect(row?.labelledHits).toBeLessThan(added + 0.25 * served);
    expect(row?.unlabelledHits).toBeLessThan(20);
  });

  test("reports missing labels when served hits have none", () => {
    const traffic = makeTraffic(5, 2_000, ({ from }) => from < IN_FORCE);
    const { recommended, insufficientData } = calibrateTraffic(traffic, 0.05, IN_FORCE);
    expect(recommended).toBeNull();
    expect(insufficientData?.reason).toBe("too-few-labels");
  });

  test.each([
    ["all", () => true],
    [
      "near misses, closest first, and a sample of the hits",
      (l: { from: number; sample: number }) =>
        l.from >= IN_FORCE ? l.sample < 0.3 : l.from >= 0.7,
    ],
    ["one in three, whatever they are", ({ sample }: { sample: number }) => sample < 0.33],
    ["those of odd hundredths", ({ from }: { from: number }) => Math.floor(from * 100) % 2 === 1],
  ])("keeps the guarantee in 95 %% of runs, labelled: %s", (_name, label) => {
    const target = 0.03;
    const runs = 200;
    let broken = 0;
    for (let seed = 1; seed <= runs; seed += 1) {
      const traffic = makeTraffic(seed * 7, 1_500, label);
      const { recommended } = calibrateTraffic(traffic, target, IN_FORCE);
      if (recommended !== null && wrongBelow(recommended) > target) broken += 1;
    }
    // 5 % and three standard deviations of chance.
    expect(broken / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  });
});
