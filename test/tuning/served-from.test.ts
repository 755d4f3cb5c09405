import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeCandidate } from "../../src/cache/verdict.ts";
import { servedFrom } from "../../src/tuning/make-lookup.ts";

const candidate = fc.record({
  similarity: fc.double({ min: 0, max: 1, noNaN: true }),
  evidenceStands: fc.boolean(),
  isFresh: fc.constant(true),
  isQuarantined: fc.boolean(),
  agreement: fc.constantFrom(
    "both" as const,
    "one" as const,
    "none" as const,
    "apart" as const,
    "unknown" as const,
  ),
  findings: fc.array(
    fc.constantFrom(
      { guard: "numbers" as const, strength: "hard" as const, reason: "numbers-differ" as const },
      { guard: "order" as const, strength: "soft" as const, reason: "word-order-differs" as const },
    ),
    { maxLength: 2 },
  ),
});

test("agrees with the verdict at any pair of thresholds", () => {
  const rule = fc.constantFrom("in-doubt" as const, "always" as const);
  const threshold = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(candidate, threshold, threshold, rule, (seen, one, other, evidence) => {
      const thresholds = { serve: Math.max(one, other), grey: Math.min(one, other), evidence };
      const { serve, grey } = servedFrom(seen, evidence);
      const isAbove = seen.similarity >= thresholds.serve;
      const expected = isAbove ? serve !== null : grey !== null && grey >= thresholds.grey;
      expect(judgeCandidate(seen, thresholds).tier !== null).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test("agrees with the verdict for thresholds in hundredths", () => {
  const said: boolean[] = [];
  for (let hundredths = 30; hundredths <= 100; hundredths += 1) {
    const seen = {
      similarity: hundredths / 100,
      evidenceStands: true,
      isFresh: true,
      isQuarantined: false,
      agreement: "one" as const,
      findings: [],
    };
    const thresholds = { serve: 1.01, grey: (hundredths - 20) / 100 };
    const { grey } = servedFrom(seen);
    said.push(grey !== null && grey >= thresholds.grey);
    expect(judgeCandidate(seen, thresholds).tier !== null).toBe(said.at(-1));
  }
  expect(said).toContain(true);
});
