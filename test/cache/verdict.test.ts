import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GuardFinding } from "../../src/cache/guards/types.ts";
import {
  judgeCandidate,
  judgeExact,
  judgeNearest,
  type Candidate,
} from "../../src/cache/verdict.ts";
import { makeEntry } from "../support/make-entry.ts";

const THRESHOLDS = { serve: 0.95, grey: 0.7 };
const NUMBERS: GuardFinding = { guard: "numbers", strength: "hard", reason: "numbers-differ" };
const NEGATION: GuardFinding = {
  guard: "negation",
  strength: "hard",
  reason: "negation-differs",
};
const NAMES: GuardFinding = { guard: "names", strength: "soft", reason: "names-differ" };
const PLACE_OR_WAY: GuardFinding = {
  guard: "asks",
  strength: "soft",
  reason: "question-word-differs",
};

const candidate = (parts: Partial<Candidate> = {}): Candidate => ({
  entry: makeEntry(),
  similarity: 0.97,
  evidenceStands: true,
  agreement: "both",
  findings: [],
  isFresh: true,
  isQuarantined: false,
  ...parts,
});

const finding = fc.constantFrom(NUMBERS, NAMES);
const anyCandidate = fc
  .record({
    similarity: fc.double({ min: 0, max: 1, noNaN: true }),
    evidenceStands: fc.boolean(),
    isFresh: fc.boolean(),
    agreement: fc.constantFrom(
      "both" as const,
      "one" as const,
      "none" as const,
      "apart" as const,
      "unknown" as const,
    ),
    findings: fc.array(finding, { maxLength: 2 }),
    isJudgedSame: fc.constantFrom(true, false, undefined),
  })
  .map(candidate);
const bound = fc.double({ min: 0, max: 1, noNaN: true });

describe("the verdict on one candidate", () => {
  const cases: [string, Partial<Candidate>, string | null, string[]][] = [
    ["above", {}, "semantic", ["similarity-above-threshold"]],
    ["above, in quarantine", { isQuarantined: true }, null, ["in-quarantine"]],
    ["grey, in quarantine", { similarity: 0.8, isQuarantined: true }, null, ["in-quarantine"]],
    [
      "grey, where for how, both witnesses",
      { similarity: 0.8, findings: [PLACE_OR_WAY] },
      "verified",
      ["question-word-differs", "evidence-agrees"],
    ],
    [
      "grey, where for how, one witness",
      { similarity: 0.94, agreement: "one", findings: [PLACE_OR_WAY] },
      null,
      ["similarity-below-threshold", "question-word-differs", "evidence-agrees"],
    ],
    ["at the threshold", { similarity: 0.95 }, "semantic", ["similarity-above-threshold"]],
    ["above, other passages", { agreement: "none" }, "semantic", ["similarity-above-threshold"]],
    ["above, told apart", { agreement: "apart" }, null, ["evidence-differs"]],
    [
      "above, told apart, judged the same",
      { agreement: "apart", isJudgedSame: true },
      "verified",
      ["judged-same"],
    ],
    [
      "grey, told apart",
      { similarity: 0.94, agreement: "apart" },
      null,
      ["similarity-below-threshold", "evidence-differs"],
    ],
    ["above, no passages", { agreement: "unknown" }, "semantic", ["similarity-above-threshold"]],
    ["stale", { evidenceStands: false, similarity: 1 }, null, ["stale-evidence"]],
    ["too old", { isFresh: false, similarity: 1 }, null, ["entry-too-old"]],
    ["other numbers", { findings: [NUMBERS], similarity: 1 }, null, ["numbers-differ"]],
    [
      "other names, same passages",
      { findings: [NAMES] },
      "semantic",
      ["similarity-above-threshold", "names-differ", "evidence-agrees"],
    ],
    [
      "other names, other passages",
      { findings: [NAMES], agreement: "none" },
      null,
      ["names-differ", "evidence-differs"],
    ],
    [
      "other names, no passages",
      { findings: [NAMES], agreement: "unknown" },
      null,
      ["names-differ", "no-evidence"],
    ],
    ["grey, a negation", { findings: [NEGATION], similarity: 0.75 }, null, ["negation-differs"]],
    [
      "a negation and other numbers",
      { findings: [NUMBERS, NEGATION], similarity: 0.99 },
      null,
      ["numbers-differ", "negation-differs"],
    ],
    ["grey, both witnesses", { similarity: 0.7 }, "verified", ["evidence-agrees"]],
    [
      "grey, one witness, too far",
      { similarity: 0.89, agreement: "one" },
      null,
      ["similarity-below-threshold", "evidence-agrees"],
    ],
    [
      "grey, one witness, near enough",
      { similarity: 0.91, agreement: "one" },
      "verified",
      ["evidence-agrees"],
    ],
    [
      "grey, other passages",
      { similarity: 0.94, agreement: "none" },
      null,
      ["similarity-below-threshold", "evidence-differs"],
    ],
    [
      "grey, other names",
      { similarity: 0.94, findings: [NAMES] },
      null,
      ["similarity-below-threshold", "names-differ", "evidence-agrees"],
    ],
    ["grey, judged the same", { similarity: 0.7, isJudgedSame: true }, "verified", ["judged-same"]],
    [
      "grey, judged the same, other names and passages",
      { similarity: 0.94, isJudgedSame: true, findings: [NAMES], agreement: "none" },
      "verified",
      ["judged-same"],
    ],
    [
      "grey, judged different",
      { similarity: 0.94, isJudgedSame: false },
      null,
      ["similarity-below-threshold", "judged-different"],
    ],
    [
      "grey, judged the same, other numbers",
      { similarity: 0.94, isJudgedSame: true, findings: [NUMBERS] },
      null,
      ["numbers-differ"],
    ],
    [
      "grey, judged the same, stale",
      { similarity: 0.94, isJudgedSame: true, evidenceStands: false },
      null,
      ["stale-evidence"],
    ],
    [
      "below the grey zone, judged the same",
      { similarity: 0.69, isJudgedSame: true },
      null,
      ["similarity-below-threshold"],
    ],
    [
      "above, judged the same, other names and passages",
      { isJudgedSame: true, findings: [NAMES], agreement: "none" },
      "verified",
      ["names-differ", "judged-same"],
    ],
    [
      "above, judged different before",
      { isJudgedSame: false },
      "semantic",
      ["similarity-above-threshold"],
    ],
    ["below the grey zone", { similarity: 0.69 }, null, ["similarity-below-threshold"]],
  ];
  it.each(cases)("%s", (_name, parts, tier, reasons) => {
    expect(judgeCandidate(candidate(parts), THRESHOLDS)).toEqual({ tier, reasons });
  });

  it("knows no grey zone where its bound is not below the threshold", () => {
    const thresholds = { serve: 0.95, grey: 1 };
    expect(judgeCandidate(candidate({ similarity: 0.949 }), thresholds).tier).toBeNull();
    expect(judgeCandidate(candidate({ similarity: 0.95 }), thresholds).tier).toBe("semantic");
  });

  it("never serves what is stale, old, below both bounds or refused by a hard guard", () => {
    fc.assert(
      fc.property(anyCandidate, bound, bound, (one, serve, grey) => {
        const { tier, reasons } = judgeCandidate(one, { serve, grey });
        expect(reasons.length).toBeGreaterThan(0);
        if (tier === null) return;
        expect(one.evidenceStands && one.isFresh).toBe(true);
        expect(one.similarity).toBeGreaterThanOrEqual(Math.min(serve, grey));
        expect(one.findings).not.toContain(NUMBERS);
        if (tier === "verified" && one.isJudgedSame !== true) expect(one.findings).toEqual([]);
      }),
    );
  });

  it("serves no more under stricter bounds", () => {
    fc.assert(
      fc.property(anyCandidate, bound, bound, bound, bound, (one, a, b, c, d) => {
        const strict = { serve: Math.max(a, b), grey: Math.max(c, d) };
        const loose = { serve: Math.min(a, b), grey: Math.min(c, d) };
        if (judgeCandidate(one, strict).tier === null) return;
        expect(judgeCandidate(one, loose).tier).not.toBeNull();
      }),
    );
  });
});

describe("the verdict on the nearest", () => {
  it("is the first that may be served", () => {
    const stale = candidate({ similarity: 0.99, evidenceStands: false });
    const next = candidate({ similarity: 0.96 });
    expect(judgeNearest([stale, next], THRESHOLDS)).toMatchObject({
      kind: "hit",
      entry: next.entry,
    });
  });

  it("tells why the nearest was refused", () => {
    const near = candidate({ findings: [NUMBERS], similarity: 0.99 });
    const far = candidate({ similarity: 0.2 });
    expect(judgeNearest([near, far], THRESHOLDS)).toEqual({
      kind: "miss",
      similarity: 0.99,
      nearestQuestion: near.entry.question,
      reasons: ["numbers-differ"],
    });
    expect(judgeNearest([], THRESHOLDS)).toMatchObject({ reasons: ["no-stored-answer"] });
  });

  it("leaves open only what a judge's word would serve, in the grey zone, and once", () => {
    fc.assert(
      fc.property(fc.array(anyCandidate, { maxLength: 3 }), bound, bound, (all, serve, grey) => {
        const verdict = judgeNearest(all, { serve, grey });
        if (verdict.kind === "hit" || verdict.doubtful === undefined) return;
        const open = all.find(({ entry }) => entry === verdict.doubtful) ?? expect.fail();
        expect(open.similarity).toBeGreaterThanOrEqual(grey);
        expect(open.similarity).toBeLessThan(serve);
        expect(open.evidenceStands && open.isFresh).toBe(true);
        expect(open.findings).not.toContain(NUMBERS);
        expect(open.isJudgedSame).toBeUndefined();
      }),
    );
    const near = candidate({ similarity: 0.8, agreement: "none" });
    const far = candidate({ similarity: 0.75, agreement: "none" });
    expect(judgeNearest([near, far], THRESHOLDS)).toMatchObject({ doubtful: near.entry });
    const judged = { ...near, isJudgedSame: false };
    expect(judgeNearest([judged, far], THRESHOLDS)).toMatchObject({ doubtful: far.entry });
  });
});

describe("the verdict on the same words", () => {
  it("is a hit only while the answer is true and young enough", () => {
    const entry = makeEntry();
    const hit = judgeExact(entry, { evidenceStands: true, isFresh: true });
    expect(hit).toMatchObject({ kind: "hit", tier: "exact", similarity: 1 });
    const stale = judgeExact(entry, { evidenceStands: false, isFresh: true });
    expect(stale).toMatchObject({ kind: "miss", reasons: ["stale-evidence"] });
    const old = judgeExact(entry, { evidenceStands: true, isFresh: false });
    expect(old).toMatchObject({ kind: "miss", reasons: ["entry-too-old"] });
  });
});

describe("words that speak for one answer", () => {
  const near = { similarity: 0.88, agreement: "unknown" } as const;

  it("serves the same words without documents, below the threshold", () => {
    const verdict = judgeCandidate(candidate({ ...near, likeness: "same-words" }), THRESHOLDS);
    expect(verdict).toEqual({ tier: "verified", reasons: ["same-words"] });
  });

  it("serves a rewording only where there are no documents to ask", () => {
    const reworded = candidate({ ...near, likeness: "reworded" });
    expect(judgeCandidate(reworded, THRESHOLDS).tier).toBe("verified");
    expect(judgeCandidate({ ...reworded, agreement: "none" }, THRESHOLDS).tier).toBeNull();
  });

  it("does not serve the same words that the documents tell apart, or a guard", () => {
    const same = candidate({ ...near, likeness: "same-words" });
    expect(judgeCandidate({ ...same, agreement: "apart" }, THRESHOLDS).tier).toBeNull();
    expect(judgeCandidate({ ...same, findings: [NAMES] }, THRESHOLDS).tier).toBeNull();
  });

  it("goes by no words where there is no grey zone", () => {
    const same = candidate({ ...near, likeness: "same-words" });
    expect(judgeCandidate(same, { serve: 0.95, grey: 1 }).tier).toBeNull();
  });
});
