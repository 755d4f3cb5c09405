import { describe, expect, it } from "vitest";
import { NOT_IN_DOCUMENTS, extractAnswer } from "../../src/models/extract-answer.ts";

const passages = [
  {
    number: 1,
    title: "Help",
    text: "To reset your password open Settings and press Reset password. A link is sent to you and is valid for one hour.\n\nRefunds are paid within 30 days to the card that was used. Shipping costs are not refunded.",
  },
  {
    number: 2,
    title: "Devices",
    text: "- The Free plan allows 3 devices.\n- Team allows any number.",
  },
];

describe("the offline model's answers", () => {
  it.each([
    ["How do I reset my password?", /open Settings.*\[1\]/],
    ["How long is the link valid?", /one hour\. \[1\]/],
    ["Are shipping costs refunded?", /not refunded\. \[1\]/],
    ["How many devices does the Free plan allow?", /^The Free plan allows 3 devices\. \[2\]/],
  ])("%s is answered by a cited sentence", (question, expected) => {
    expect(extractAnswer(question, passages)).toMatch(expected);
  });

  it("end where Chinese and Japanese sentences end", () => {
    const text = "「返金は三十日以内です。」送料は返金されません。退会は設定から行えます。";
    const answer = extractAnswer("送料は返金されますか？", [{ number: 1, title: "T", text }]);
    expect(answer).toBe("送料は返金されません。 [1]");
  });

  it.each(["Who founded the company?", "x".repeat(8000), "???", "天気はどうですか"])(
    "%s is not in the documents",
    (question) => expect(extractAnswer(question, passages)).toBe(NOT_IN_DOCUMENTS),
  );

  it("are the same each time, and nothing without passages", () => {
    const answer = extractAnswer("What is refunded?", passages);
    expect(extractAnswer("What is refunded?", passages)).toBe(answer);
    expect(extractAnswer("What is refunded?", [])).toBe(NOT_IN_DOCUMENTS);
  });
});
