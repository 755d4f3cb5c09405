import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../bench/support/seeded-random.ts";
import { calibrate, calibrateBoth, THRESHOLDS } from "../../src/tuning/calibrate.ts";
import { leastTrials, upperBound } from "../../src/tuning/clopper-pearson.ts";
import type { Observation } from "../../src/tuning/types.ts";

function seen(similarity: number, same: boolean, parts: Partial<Observation> = {}): Observation {
  const servedFrom = { serve: similarity, grey: similarity };
  return { similarity, servedFrom, same, source: "person", ...parts };
}

const observation = fc
  .record({
    similarity: fc.double({ min: 0, max: 1, noNaN: true }),
    isServed: fc.boolean(),
    same: fc.boolean(),
    tokens: fc.nat(1000),
  })
  .map(({ similarity, isServed, same, tokens }) =>
    seen(similarity, same, {
      servedFrom: { serve: isServed ? similarity : null, grey: null },
      saved: { tokens, nanoUsd: BigInt(tokens) * 7n },
    }),
  );

const repeat = (count: number, make: () => Observation) => Array.from({ length: count }, make);

describe("calibration", () => {
  test("counts hits and wrong hits per threshold", () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 120 }), (observations) => {
        for (const row of calibrate(observations, 0.05).rows) {
          const hits = observations.filter(({ servedFrom: { serve } }) => {
            return serve !== null && serve >= row.threshold;
          });
          const wrongHits = hits.filter(({ same }) => !same).length;
          expect(row).toEqual({
            threshold: row.threshold,
            hits: hits.length,
            wrongHits,
            upperBound: upperBound(wrongHits, hits.length),
            saved: {
              tokens: hits.reduce((sum, { saved }) => sum + (saved?.tokens ?? 0), 0),
              nanoUsd: hits.reduce((sum, { saved }) => sum + (saved?.nanoUsd ?? 0n), 0n),
            },
          });
        }
      }),
    );
  });

  test("recommends the lowest threshold before the first failure, and no higher one for a looser target", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: 0.4, max: 1, noNaN: true }), fc.double({ min: 0, max: 1 })),
          { minLength: 50, maxLength: 300 },
        ),
        fc.constantFrom(0.05, 0.1, 0.2),
        (drawn, target) => {
          const observations = drawn.map(([at, luck]) => seen(at, luck > 0.04));
          const { rows, recommended, insufficientData } = calibrate(observations, target);
          expect(insufficientData === null).toBe(recommended !== null);
          const least = leastTrials(target);
          const tested = rows.filter(({ hits }) => hits >= least);
          for (const row of tested) {
            if (recommended !== null && row.threshold >= recommended) {
              expect(row.upperBound).toBeLessThanOrEqual(target);
            }
          }
          const next = tested.find(({ threshold }) => threshold < (recommended ?? 2));
          if (next !== undefined) expect(next.upperBound).toBeGreaterThan(target);
        },
      ),
    );
  });

  test("labels do not influence where the tests start", () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 200 }), (observations) => {
        const hitsOf = (list: readonly Observation[]) =>
          calibrate(list, 0.05).rows.map(({ hits }) => hits);
        const turned = observations.map((each) => ({ ...each, same: !each.same }));
        expect(hitsOf(turned)).toEqual(hitsOf(observations));
      }),
    );
  });

  test("reports how many labels are missing", () => {
    const few = calibrate(
      repeat(100, () => seen(0.97, true)),
      0.01,
    );
    expect(few.recommended).toBeNull();
    expect(few.insufficientData).toEqual({ reason: "too-few-labels", labelsNeeded: 199 });
    const enough = calibrate(
      repeat(299, () => seen(0.97, true)),
      0.01,
    );
    expect(enough.recommended).toBe(THRESHOLDS.at(-1));
    const promising = [...repeat(299, () => seen(0.97, true)), seen(0.97, false)];
    const { insufficientData } = calibrate(promising, 0.01);
    expect(insufficientData?.reason).toBe("too-few-labels");
    const more = insufficientData?.labelsNeeded ?? 0;
    const wrong = Math.ceil((300 + more) / 300);
    expect(upperBound(wrong, 300 + more)).toBeLessThanOrEqual(0.01);
    const bad = repeat(400, () => seen(0.97, true)).map((each, index) => ({
      ...each,
      same: index % 10 !== 0,
    }));
    expect(calibrate(bad, 0.01).insufficientData).toEqual({
      reason: "too-many-wrong",
      labelsNeeded: null,
    });
  });

  test("tests the grey zone by its own hits, below the last serve threshold", () => {
    const clear = repeat(100, () => seen(0.93, true));
    const doubtful = repeat(100, () =>
      seen(0.85, false, { servedFrom: { serve: 0.85, grey: null } }),
    );
    const verified = repeat(100, () => seen(0.7, true, { servedFrom: { serve: 0.7, grey: 0.55 } }));
    const { serve, grey } = calibrateBoth([...clear, ...doubtful, ...verified], 0.05, 0.95);
    expect(serve.recommended).toBe(0.86);
    expect(grey.recommended).toBe(0.5);
    expect(grey.rows.find(({ threshold }) => threshold === 0.55)).toMatchObject({ hits: 100 });
    expect(grey.rows.find(({ threshold }) => threshold === 0.56)).toMatchObject({ hits: 0 });
  });
});

/**
 * Runs in which a threshold was recommended whose true wrong-hit rate is above the target. Similarities
 * are even between 0.5 and 1; wrong answers become more frequent towards 0.5, so that the true rate of
 * a threshold t is the mean of `wrongAt` from t to 1.
 */
function brokenPromises(
  target: number,
  wrongAt: (similarity: number) => number,
  { runs, labels }: { runs: number; labels: number },
): number {
  const random = createRandom(20_261_125);
  const steps = 2_000;
  const trueRate = (threshold: number) => {
    let sum = 0;
    for (let i = 0; i < steps; i += 1) {
      sum += wrongAt(threshold + ((i + 0.5) / steps) * (1 - threshold));
    }
    return sum / steps;
  };
  const rates = new Map(THRESHOLDS.map((threshold) => [threshold, trueRate(threshold)]));
  let broken = 0;
  for (let run = 0; run < runs; run += 1) {
    const observations = Array.from({ length: labels }, () => {
      const similarity = 0.5 + random() / 2;
      return seen(similarity, random() >= wrongAt(similarity));
    });
    const { recommended } = calibrate(observations, target);
    if (recommended !== null && (rates.get(recommended) ?? 0) > target) broken += 1;
  }
  return broken;
}

describe("the guarantee", () => {
  // 5 % of 500 runs is 25; 37 or more would be seen in less than 1 % of correct programs.
  const runs = 500;
  const atMost = 36;

  test.each([
    { kind: "rising slowly", wrongAt: (s: number) => 0.3 * (1 - s) ** 1.5 },
    { kind: "everywhere a little too frequent", wrongAt: () => 0.051 },
    { kind: "few above a cliff at 0.8", wrongAt: (s: number) => (s >= 0.8 ? 0.01 : 0.5) },
    { kind: "most at the top", wrongAt: (s: number) => (s >= 0.95 ? 0.12 : 0.02) },
  ])("holds when wrong hits are $kind", ({ wrongAt }) => {
    expect(brokenPromises(0.05, wrongAt, { runs, labels: 600 })).toBeLessThanOrEqual(atMost);
  });
});
