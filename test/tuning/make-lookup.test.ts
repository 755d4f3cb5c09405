import fc from "fast-check";
import { expect, it } from "vitest";
import { judgeNearest, type Candidate } from "../../src/cache/verdict.ts";
import type { LookupNote } from "../../src/answer/note-lookup.ts";
import { makeLookup } from "../../src/tuning/make-lookup.ts";
import { makeEntry } from "../support/make-entry.ts";

const share = fc.integer({ min: 40, max: 100 }).map((hundredths) => hundredths / 100);
const thresholds = fc.record({ serve: share, grey: share });

const candidate = fc.record({
  similarity: share,
  agreement: fc.constantFrom("both", "one", "none", "apart", "unknown" as const),
  findings: fc.constantFrom(
    [],
    [{ guard: "numbers", strength: "hard", reason: "numbers-differ" } as const],
    [{ guard: "names", strength: "soft", reason: "names-differ" } as const],
  ),
});

function noteOf(candidates: readonly Candidate[], limits: { serve: number; grey: number }) {
  const verdict = judgeNearest(candidates, limits);
  const isHit = verdict.kind === "hit";
  const note: LookupNote = {
    id: "msg_1",
    tenant: "acme",
    conversationId: null,
    askedAt: 1,
    scope: "scope",
    outcome: {
      status: verdict.kind,
      tier: isHit ? verdict.tier : null,
      kind: "standalone-question",
      similarity: verdict.similarity,
      threshold: limits.serve,
      entryId: null,
      ageSeconds: null,
      question: "Asked?",
      matchedQuestion: null,
      language: "en",
      reasons: verdict.reasons,
    },
    thresholds: limits,
    candidates,
    served: isHit ? verdict.entry : undefined,
    retrieval: undefined,
    hit: undefined,
    embedderId: "e",
    stored: isHit ? undefined : makeEntry(),
    priceOf: () => ({ nanoUsd: 7n, priced: true }),
  };
  return { note, verdict };
}

it("records for each candidate the thresholds at which it is served, as the verdict decides", () => {
  fc.assert(
    fc.property(
      fc.array(candidate, { maxLength: 3 }),
      thresholds,
      thresholds,
      (given, inForce, other) => {
        const candidates = given
          .toSorted((one, next) => next.similarity - one.similarity)
          .map((parts, index) => ({
            ...parts,
            entry: makeEntry({ id: `ans_${index}` }),
            evidenceStands: true,
            isFresh: true,
            isQuarantined: false,
          }));
        const { note, verdict } = noteOf(candidates, inForce);
        const lookup = makeLookup(note, undefined, "full");
        const served = lookup.candidates.find(
          ({ similarity, servedFrom: { serve, grey } }) =>
            (similarity >= other.serve && serve !== null) ||
            (similarity < other.serve && grey !== null && grey >= other.grey),
        );
        const expected = judgeNearest(candidates, other);
        expect(served?.entryId).toBe(expected.kind === "hit" ? expected.entry.id : undefined);
        if (verdict.kind === "hit") expect(lookup.nearest?.entryId).toBe(verdict.entry.id);
        if (lookup.belowBy !== null) expect(lookup.belowBy).toBeGreaterThan(0);
        expect(lookup.verdict).toBe(verdict.kind);
      },
    ),
    { numRuns: 500 },
  );
});

it("keeps no texts when only hashes are configured", () => {
  const entry = makeEntry({ question: "Secret stored?" });
  const near: Candidate = {
    entry,
    similarity: 0.9,
    evidenceStands: false,
    agreement: "both",
    findings: [],
    isFresh: true,
    isQuarantined: false,
  };
  const { note } = noteOf([near], { serve: 0.95, grey: 1 });
  const trace = { fused: ["p"], byVector: [], firstFused: null, firstByVector: null };
  const lookup = makeLookup(note, { trace, knowledgeVersion: "v2" }, "hashed");
  expect(lookup).toMatchObject({ question: null, retrieved: null, knowledgeVersion: "v2" });
  expect(
    JSON.stringify(lookup, (_key, value) => (typeof value === "bigint" ? 0 : value)),
  ).not.toMatch(/Secret|Asked/);
  // Below both thresholds evidence was not looked at, and is taken to stand.
  expect(lookup.nearest?.servedFrom.serve).toBe(0.9);
  expect(lookup.belowBy).toBeCloseTo(0.05, 9);
});
