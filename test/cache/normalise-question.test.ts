import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerId, normaliseQuestion } from "../../src/cache/scope.ts";

describe("a normalised question", () => {
  it.each([
    ["how do I reset my  password ?", "How do I reset my password?"],
    ["  What is it\n\tfor ? ! ", "what is it for"],
    ["Hello , world", "hello, world"],
    ["ＷＩＦＩ　ｓｅｔｕｐ？", "wifi setup"],
    ["料金はいくらですか。", "料金はいくらですか？"],
    ["And then…", "and then"],
    ["STRASSE", "straße"],
    ["ΟΔΟΣ", "οδος"],
    ["Cafe\u0301?", "café"],
    ["What is 10²?", "What is 10^2?"],
  ])("of %j is that of %j", (one, other) => {
    expect(normaliseQuestion(one)).toBe(normaliseQuestion(other));
  });

  it.each([
    ["Is C++ supported?", "is c++ supported"],
    ["Do you support C#", "do you support c#"],
    ["Does it cost $5.", "does it cost $5"],
    ["Why is it -5", "why is it -5"],
    ["Is the fee 5%?", "is the fee 5%"],
    ["What is .NET?", "what is .net"],
    ["Is .5 enough?", "is .5 enough"],
    ["???", "???"],
    ["? !", "?!"],
  ])("of %j is %j", (text, normalised) => {
    expect(normaliseQuestion(text)).toBe(normalised);
  });

  it.each([
    ["What is 10²?", "What is 102?"],
    ["C", "C++"],
    ["C", "C#"],
    ["5", "-5"],
    ["5", "5%"],
  ])("keeps %j apart from %j", (one, other) => {
    expect(normaliseQuestion(one)).not.toBe(normaliseQuestion(other));
  });

  it("stays the same when it is normalised again", () => {
    const hard = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          " ",
          "?",
          ".",
          ",",
          ";",
          "。",
          "…",
          "\n",
          "Σ",
          "ß",
          "İ",
          "²",
          "⁻",
          "a",
          "\u0301",
        ),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(hard, (text) => {
        const once = normaliseQuestion(text);
        expect(normaliseQuestion(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it("is empty only for white space", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(normaliseQuestion(text) === "").toBe(text.normalize("NFKC").trim() === "");
      }),
    );
  });
});

describe("an answer's id", () => {
  it("is the same for the same question asked in other dress, and only in its scope", () => {
    const id = answerId("scope-a", "How do I reset my password?");
    expect(id).toMatch(/^ans_[0-9a-f]{32}$/);
    expect(answerId("scope-a", "how do I reset my  password ?")).toBe(id);
    expect(answerId("scope-b", "How do I reset my password?")).not.toBe(id);
    expect(answerId("scope-a", "How do I reset my PIN?")).not.toBe(id);
  });
});
