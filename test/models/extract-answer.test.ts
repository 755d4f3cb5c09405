import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/models/extract-answer.ts";
import { loadWordMeaning } from "../../src/models/word-meaning.ts";

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
    expect(extractAnswer("Who founded and financed the links?", pages)).toBeUndefined();
  });

  it("read a question together with the one before it, but do not repeat what was said to that", () => {
    const before = "How do I reset my password?";
    const answer = (question: string) => extractAnswer(question, passages, before);
    expect(answer("How long is it valid?")).toBe(
      "A link is sent to you and is valid for one hour. [1]",
    );
    expect(answer("Why?")).toContain("open Settings");
    expect(answer("Who founded the company?")).toBeUndefined();
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
    (question) => expect(extractAnswer(question, passages)).toBeUndefined(),
  );

  it("have a sentence for each of two questions", () => {
    const answer = extractAnswer(
      "How long is the link valid, and are shipping costs refunded?",
      passages,
    );
    expect(answer).toContain("valid for one hour. [1]");
    expect(answer).toContain("Shipping costs are not refunded. [1]");
  });

  it("never turn on what should be turned off, nor the reverse", () => {
    const pages = [
      { number: 1, title: "Alerts > Turn on alerts", text: "Open **Alerts** and tick the box." },
      { number: 2, title: "Alerts > Turn off alerts", text: "Untick the box." },
    ];
    expect(extractAnswer("How do I turn off alerts?", pages)).toBe("Untick the box. [2]");
    expect(extractAnswer("How do I turn the alerts on?", pages)).toBe(
      "Open **Alerts** and tick the box. [1]",
    );
  });

  it("hold all steps of a way, in order, and what a pronoun stands for", () => {
    const text =
      "Open the shared folder and press **Share**. Enter the address. Choose a role. The role is shown. It can be changed later.";
    const pages = [{ number: 1, title: "Sharing", text }];
    expect(extractAnswer("How do I share a folder?", pages)).toBe(
      "Open the shared folder and press **Share**. [1] Enter the address. [1] Choose a role. [1]",
    );
    expect(extractAnswer("Can it be changed later?", pages)).toBe(
      "The role is shown. [1] It can be changed later. [1]",
    );
  });

  it("quote a table's row with the names of its columns", () => {
    const text =
      "| Plan | Price | Users |\n|---|---|---|\n| Free | 0 EUR | 1 |\n| Team | 12 EUR | 100 |";
    expect(extractAnswer("price of Team", [{ number: 1, title: "Plans", text }])).toBe(
      "Plan Team: Price 12 EUR; Users 100. [1]",
    );
  });

  it("do not say of one name what is said of another, and give a number where one is asked for", () => {
    const text = "We promise an availability of 99.5 % on Team. Guests are invited by mail.";
    const pages = [{ number: 1, title: "Service", text }];
    expect(extractAnswer("What availability do you promise on Team?", pages)).toContain("99.5 %");
    expect(extractAnswer("What availability do you promise on Basic?", pages)).toBeUndefined();
    expect(extractAnswer("How many guests are invited?", pages)).toBeUndefined();
  });

  it("answer a letter from the passage that shares most with it", () => {
    const letter = `Good morning,

last week our gardener bought two of your hoses in the shop at the station. One of them has burst in the night, and the whole cellar is under water. The shop says that hoses are not its business.

Who pays for this? Please let me know soon.

Kind regards, Bo`;
    const pages = [
      {
        number: 1,
        title: "Shops",
        text: "Our shops open at nine. The shop at the station opens at six.",
      },
      {
        number: 2,
        title: "Damage",
        text: "When a hose has burst, we pay for the water damage in the cellar.",
      },
    ];
    expect(extractAnswer(letter, pages)).toContain(
      "we pay for the water damage in the cellar. [2]",
    );
  });

  describe("with the meaning of words", async () => {
    const meaning = await loadWordMeaning("data/models/builtin");
    const pages = [
      {
        number: 1,
        title: "Folders",
        text: "A folder can be removed by its manager. Files stay for 5 days.",
      },
      {
        number: 2,
        title: "Purchase orders",
        text: "A number of 30 characters is printed. The limit is 2 GB.",
      },
    ];

    it.each([
      [
        "another word",
        "Who can remove a directory?",
        "A folder can be removed by its manager. [1]",
      ],
      ["typos", "how many charaters are pritned", "A number of 30 characters is printed. [2]"],
      ["initials", "PO number", "A number of 30 characters is printed. [2]"],
      ["units", "limit in gigabytes", "The limit is 2 GB. [2]"],
    ])("understand %s", (_what, question, expected) => {
      expect(extractAnswer(question, pages, "", meaning)).toBe(expected);
    });

    it("refuse what another thing of the same page answers", () => {
      expect(extractAnswer("Can a folder be painted?", pages, "", meaning)).toBeUndefined();
    });
  });

  it("are the same each time, and nothing without passages", () => {
    const answer = extractAnswer("What is refunded?", passages);
    expect(extractAnswer("What is refunded?", passages)).toBe(answer);
    expect(extractAnswer("What is refunded?", [])).toBeUndefined();
  });
});
