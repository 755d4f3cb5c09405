import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareAnswers, type ComparedAnswer } from "../../src/tuning/compare-answers.ts";

const SAME = { same: true, isVerified: true };
const PERHAPS_SAME = { same: true, isVerified: false };
const PERHAPS_DIFFERENT = { same: false, isVerified: false };

const of = (documentIds: readonly string[], text = "So."): ComparedAnswer => ({
  text,
  documentIds,
  isRefusal: false,
});

describe("comparing two answers", () => {
  it("compares similarity when both cite a common document", () => {
    expect(compareAnswers(of(["a"]), of(["a", "b"]), 0.8)).toEqual(SAME);
    expect(compareAnswers(of(["a"]), of(["a"]), 0.79)).toEqual(PERHAPS_SAME);
    expect(compareAnswers(of(["a"]), of(["a"]), 0.49)).toEqual(PERHAPS_DIFFERENT);
    expect(compareAnswers(of([]), of([]), 0.8)).toEqual(SAME);
  });

  it("requires nearly the same text when they cite different documents", () => {
    expect(compareAnswers(of(["a"]), of(["b"]), 0.95)).toEqual(SAME);
    expect(compareAnswers(of(["a"]), of(["b"]), 0.94)).toEqual(PERHAPS_DIFFERENT);
    expect(compareAnswers(of(["a"]), of([]), 0.5)).toEqual(PERHAPS_DIFFERENT);
  });

  it("is sure that they differ when only one answers the question", () => {
    const refusal = { ...of(["a"]), isRefusal: true };
    expect(compareAnswers(of(["a"]), refusal, 1)).toEqual({ same: false, isVerified: true });
    expect(compareAnswers(refusal, refusal, 1)).toEqual(SAME);
  });

  it.each([
    ["Within 30 days [1].", "Within 14 days [1].", true],
    ["From 9:00 to 17:00.", "From 9:00 to 18:00.", true],
    ["It costs 1,000 dollars.", "It costs 1000 dollars.", false],
    ["Within 30 days [1].", "Within 30 days [2, 3].", false],
    ["Within 30 days, or 14 on sale.", "Within 30 days.", false],
    ["Within 30 days.", "Within a month.", false],
  ])("%j and %j contradict each other in numbers: %j", (one, other, isContradiction) => {
    const expected = isContradiction ? PERHAPS_DIFFERENT : SAME;
    expect(compareAnswers(of(["a"], one), of(["a"], other), 0.99)).toEqual(expected);
  });

  it("is symmetric, and never sure below the bound", () => {
    const documents = fc.subarray(["a", "b", "c"]);
    const text = fc
      .array(fc.constantFrom("in", "7", "12", "1,000", "[3]", "days"))
      .map((words) => words.join(" "));
    const answer = fc.record({ text, documentIds: documents, isRefusal: fc.boolean() });
    const similarity = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(answer, answer, similarity, (one, other, value) => {
        const said = compareAnswers(one, other, value);
        expect(compareAnswers(other, one, value)).toEqual(said);
        if (value < 0.8 && one.isRefusal === other.isRefusal) expect(said.isVerified).toBe(false);
      }),
    );
  });
});
