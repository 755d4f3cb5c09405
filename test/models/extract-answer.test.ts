import fc from "fast-check";
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

  it("come from the passage whose headings ask the same, though its sentences use other words", () => {
    const pages = [
      { number: 1, title: "Sync", text: "The storage is full, or the disk has less than 1 GB." },
      {
        number: 2,
        title: "Storage > When it is full",
        text: "At 90 % we write to the owners. At 100 % uploads stop.",
      },
      { number: 3, title: "Cancel > Undo a cancellation", text: "Press **Keep my plan** in time." },
    ];
    expect(extractAnswer("What happens when my storage is full?", pages)).toContain(
      "uploads stop. [2]",
    );
    expect(extractAnswer("Can I undo a cancellation?", pages)).toBe(
      "Press **Keep my plan** in time. [3]",
    );
  });

  it("prefer what is to be done where the way is asked for", () => {
    const noise = "A reset of a device takes a minute.";
    const pages = [noise, noise, noise, "Open **Devices** and press **Reset the device**."].map(
      (text, index) => ({ number: index + 1, title: "Help", text }),
    );
    expect(extractAnswer("How do I reset a device?", pages)).toContain("Reset the device**. [4]");
  });

  it("do not fail for one common verb that the documents do not use", () => {
    const others = "Links can expire. A file has versions. Files are kept. The team has members. ";
    const text = `Links can have a password. A password has 6 letters. ${others.repeat(8)}`;
    const pages = [{ number: 1, title: "Links", text }];
    expect(extractAnswer("Can I put a password on a link?", pages)).toMatch(
      /^Links can have a password/,
    );
    expect(extractAnswer("Who founded and financed the links?", pages)).toBe(NOT_IN_DOCUMENTS);
  });

  it("read a question together with the one before it, but do not repeat what was said to that", () => {
    const before = "How do I reset my password?";
    const answer = (question: string) => extractAnswer(question, passages, before);
    expect(answer("How long is it valid?")).toBe(
      "A link is sent to you and is valid for one hour. [1]",
    );
    expect(answer("Why?")).toContain("open Settings");
    expect(answer("Who founded the company?")).toBe(NOT_IN_DOCUMENTS);
  });

  it("are never empty", () => {
    const word = fc.constantFrom("reset", "link", "Help", "Devices", "team", "xyzzy", "how");
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (asked) => {
        expect(extractAnswer(asked.join(" "), passages)).not.toBe("");
      }),
    );
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
