import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recogniseFollowUp } from "../../src/chat/follow-up.ts";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../src/chat/follow-up/read-text.ts";
import type { ChatMessage } from "../../src/history/types.ts";
import { COMPLETE_QUESTIONS, FOLLOW_UPS } from "../support/follow-up-examples.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");

function conversation(...texts: string[]): ChatMessage[] {
  return texts.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));
}

/** Of another topic than any example. */
const ELSEWHERE = conversation(
  "Does the museum lend out its paintings?",
  "Yes, to other museums, for a year at most.",
  "Which painting travelled furthest?",
  "The river landscape by Anna Bergström went to Osaka.",
);

const kindOf = (question: string, history: readonly ChatMessage[] = ELSEWHERE) =>
  recogniseFollowUp(read(question), history).kind;
const share = (questions: readonly string[], kind: string) =>
  questions.filter((question) => kindOf(question) === kind).length / questions.length;

describe("recognising follow-ups", () => {
  it.each([
    "And how is it undone?",
    "What about the Team plan?",
    "How long does it take?",
    "Can they see my files?",
    "Why?",
    "Tell me more",
    "Is that also true on mobile?",
    "the second one",
    "Does this apply to guests?",
    "How much does it cost?",
    "Are there any other options?",
    "Was the album successful?",
    "Were there any injuries?",
    "What are the main reasons?",
    "Which type is better?",
    "What happened in 1998?",
    "How long do the files stay there on the Team plan?",
    "Can I park a car there on Sundays?",
    "Which of the managers works there at night?",
  ])("%s leans on the conversation", (question) => {
    expect(kindOf(question)).toBe("follow-up");
  });

  it.each([
    "How do I reset my password?",
    "Is thing 7 refunded?",
    "Is thing number 3 refunded?",
    "When are refunds paid?",
    "Is shipping refunded as well?",
    "What is refunded?",
    "Which plan am I on?",
    "Is there a limit for the size of an upload?",
    "What can I do when there is no internet connection?",
    "Why are there no invoices in my account?",
    "How many kinds of roles are there in a workspace?",
    "Hi there, when are refunds paid?",
    "How many devices can I link on the free plan?",
    "How long does it take to restore a deleted file?",
    "Is it possible to share a folder with a guest?",
    "If I delete a folder, can I restore it?",
    "I want to sort my cards by date, is this possible?",
    "My file does not sync. What can I do about it?",
    "Which name did I give my parcel?",
    "Does the Team plan include version history?",
    "Where can I see the files that were deleted?",
    "What is the best way to move a folder?",
    "Can users share their folders?",
  ])("%s stands alone, with and without a conversation", (question) => {
    expect(kindOf(question)).toBe("standalone");
    expect(kindOf(question, [])).toBe("standalone");
  });

  it("recognises at least 95 % of the examples, and holds back at most 10 % of the complete ones", () => {
    expect(FOLLOW_UPS.length).toBeGreaterThanOrEqual(60);
    expect(COMPLETE_QUESTIONS.length).toBeGreaterThanOrEqual(60);
    expect(share(FOLLOW_UPS, "follow-up")).toBeGreaterThanOrEqual(0.95);
    expect(share(COMPLETE_QUESTIONS, "follow-up")).toBeLessThanOrEqual(0.1);
  });

  it("takes complete questions as such where nothing was said before", () => {
    for (const question of COMPLETE_QUESTIONS) {
      expect(kindOf(question, []), question).toBe("standalone");
    }
  });

  it("holds back a first message only when its words alone mean nothing", () => {
    for (const question of ["And how is it undone?", "Where was he born?", "Why?"]) {
      expect(kindOf(question, []), question).toBe("follow-up");
    }
    expect(kindOf("What are the opening hours?", [])).toBe("standalone");
  });

  it("binds a pronoun to what was named in an earlier clause, not in its own", () => {
    expect(kindOf("If a guest leaves, can he keep the files?")).toBe("standalone");
    expect(kindOf("Does a lack of light cause it?")).toBe("follow-up");
    expect(kindOf("Can guests rename their folders?")).toBe("standalone");
    expect(kindOf("Can guests rename them?")).toBe("follow-up");
  });

  it("takes a part of a name that was spoken of for a reference to it", () => {
    const history = conversation("Who founded the gallery?", "It was founded by Greta Lindqvist.");
    expect(kindOf("Does Lindqvist still run a school?", history)).toBe("follow-up");
    expect(kindOf("Does Greta Lindqvist still run a school?", history)).toBe("standalone");
    expect(kindOf("Does Lindqvist still run a school?")).toBe("standalone");
  });

  it("holds back at most 10 % of complete questions among others of their field", () => {
    const heldBack = COMPLETE_QUESTIONS.filter((question, index) => {
      const around = [COMPLETE_QUESTIONS.at(index - 1), COMPLETE_QUESTIONS.at(index - 2)];
      const history = around.flatMap((other) => [other ?? "", "You find that in the settings."]);
      return kindOf(question, conversation(...history)) === "follow-up";
    });
    expect(heldBack.length / COMPLETE_QUESTIONS.length, heldBack.join("\n")).toBeLessThanOrEqual(
      0.1,
    );
  });

  it("does not hold back a question that was asked before, or nearly", () => {
    const refunds = conversation("When are refunds paid?", "Refunds are paid within a week.");
    expect(kindOf("When are refunds paid?", refunds)).toBe("standalone");
    const things = conversation("Is thing number 2 refunded?", "Thing number 2 is refunded.");
    expect(kindOf("Is thing number 3 refunded?", things)).toBe("standalone");
  });

  it("takes a definite thing that was spoken of for a reference to it", () => {
    const history = conversation("Which boats does the club own?", "Two dinghies and a cutter.");
    expect(kindOf("When does the cutter sail to Bergen?", history)).toBe("standalone");
    expect(kindOf("How fast does the cutter sail?", history)).toBe("follow-up");
  });

  it("knows nothing of a language without a lexicon but how short a message is", () => {
    const history = conversation("Wie lange dauert eine Lieferung?", "Zwei Tage.");
    expect(kindOf("Und samstags?", history)).toBe("follow-up");
    expect(kindOf("Und samstags?", [])).toBe("standalone");
    expect(kindOf("Wie setze ich mein Passwort zurück?", history)).toBe("standalone");
    expect(kindOf("价格呢？", conversation("有免费版吗？", "有。"))).toBe("follow-up");
    expect(
      kindOf("如何在手机上重置我的密码并登录帐户？", conversation("有免费版吗？", "有。")),
    ).toBe("standalone");
  });
});

describe("any text", () => {
  const anyText = fc.oneof(
    fc.string({ maxLength: 8000, unit: "grapheme" }),
    fc
      .array(fc.constantFrom(...COMPLETE_QUESTIONS, ...FOLLOW_UPS, "the", "it", "that", ",", "?"))
      .map((parts) => parts.join(" ").slice(0, 8000)),
  );

  it("has a verdict, and the same one each time", () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 4 }), (text, texts) => {
        const verdict = recogniseFollowUp(read(text), conversation(...texts));
        expect(recogniseFollowUp(read(text), conversation(...texts))).toEqual(verdict);
      }),
      { numRuns: 60 },
    );
  });

  it("is judged alike however it is spaced, and however it is shouted", () => {
    const example = fc.constantFrom(...COMPLETE_QUESTIONS, ...FOLLOW_UPS);
    fc.assert(
      fc.property(example, fc.constantFrom("  ", "\n", "\t ", "\u00a0"), (question, space) => {
        const spaced = ` ${question.replaceAll(" ", space)} `;
        expect(kindOf(spaced)).toBe(kindOf(question));
        expect(kindOf(question.toUpperCase())).toBe(kindOf(question.toLowerCase()));
      }),
    );
  });

  it("is read only as far as its first 200 words", () => {
    const long = "Please explain how invoices are numbered and archived. ".repeat(40);
    expect(kindOf(`${long} And what about it?`)).toBe(kindOf(long));
  });
});

describe("lexicons", () => {
  it("are refused with the name of the file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lexicons-"));
    await writeFile(join(folder, "xx.json"), '{"language": "xx"}');
    await expect(loadLexicons(folder)).rejects.toThrow(/xx\.json is not a lexicon/);
    await writeFile(join(folder, "xx.json"), "{");
    await expect(loadLexicons(folder)).rejects.toThrow(/xx\.json is not JSON/);
  });
});
