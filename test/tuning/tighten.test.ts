import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeCandidate } from "../../src/cache/verdict.ts";
import type { ShadowRun } from "../../src/tuning/shadow-types.ts";
import { tighten } from "../../src/tuning/tighten.ts";

const POLICY = { threshold: 0.9, greyThreshold: 0.6, ttlSeconds: 60, shadowRate: 0.1 };

function makeRun(tier: ShadowRun["tier"], similarity: number, same: boolean): ShadowRun {
  return {
    tenant: "acme",
    id: "shd",
    lookupId: "msg",
    createdAt: 1,
    tier,
    similarity,
    servedFrom: { serve: similarity, grey: similarity },
    thresholds: { serve: 0.9, grey: 0.6 },
    policyVersion: 1,
    same,
    decidedBy: "rule",
    costNanoUsd: 0n,
  };
}

const repeat = (count: number, run: ShadowRun) => Array.from({ length: count }, () => run);

describe("tightening", () => {
  test("uses the threshold that the runs recommend, else goes halfway", () => {
    const breach = { tier: "semantic" as const, runs: 1, wrong: 1 };
    const wrong = repeat(20, makeRun("semantic", 0.915, false));
    const right = repeat(100, makeRun("semantic", 0.965, true));
    expect(tighten(POLICY, breach, [...wrong, ...right], 0.05)).toEqual({
      ...POLICY,
      threshold: 0.92,
    });
    expect(tighten(POLICY, breach, wrong, 0.05)).toMatchObject({ threshold: 0.95 });
    expect(tighten({ ...POLICY, threshold: 1 }, breach, wrong, 0.05)).toBeNull();
  });

  test("raises the grey threshold, and finally closes the zone", () => {
    const breach = { tier: "verified" as const, runs: 1, wrong: 1 };
    const wrong = repeat(20, makeRun("verified", 0.65, false));
    let policy: typeof POLICY | null = POLICY;
    const bounds: number[] = [];
    while (policy !== null) {
      policy = tighten(policy, breach, wrong, 0.05) as typeof POLICY | null;
      if (policy !== null) bounds.push(policy.greyThreshold);
    }
    expect(bounds).toEqual([0.75, 0.83, 0.87, 0.89, 0.9]);
  });

  test("never serves what the previous policy did not", () => {
    const share = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100);
    const candidate = fc.record({
      similarity: share,
      evidenceStands: fc.boolean(),
      isFresh: fc.constant(true),
      isQuarantined: fc.constant(false),
      agreement: fc.constantFrom("both", "one", "none", "unknown" as const),
      findings: fc.constantFrom(
        [],
        [{ guard: "names", strength: "soft", reason: "names-differ" } as const],
        [{ guard: "numbers", strength: "hard", reason: "numbers-differ" } as const],
      ),
    });
    const run = fc
      .record({
        tier: fc.constantFrom("semantic", "verified" as const),
        similarity: share,
        same: fc.boolean(),
      })
      .map(({ tier, similarity, same }) => makeRun(tier, similarity, same));
    fc.assert(
      fc.property(
        share,
        share,
        fc.array(run, { maxLength: 200 }),
        fc.constantFrom("semantic", "verified" as const),
        fc.array(candidate, { minLength: 1, maxLength: 20 }),
        (threshold, greyThreshold, runs, tier, candidates) => {
          const before = { ...POLICY, threshold, greyThreshold };
          const after = tighten(before, { tier, runs: 1, wrong: 1 }, runs, 0.2);
          if (after === null) return;
          const served = (
            policy: { threshold: number; greyThreshold: number },
            seen: (typeof candidates)[number],
          ) => judgeCandidate(seen, { serve: policy.threshold, grey: policy.greyThreshold }).tier;
          for (const seen of candidates) {
            if (served(after, seen) !== null) {
              expect(served(before, seen)).not.toBeNull();
            }
          }
          expect([after.threshold, after.greyThreshold]).not.toEqual([threshold, greyThreshold]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
