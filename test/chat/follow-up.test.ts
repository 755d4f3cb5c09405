import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recogniseFollowUp } from "../../src/chat/follow-up.ts";

describe("recognising follow-ups", () => {
  it.each([
    "And how is it undone?",
    "What about the Team plan?",
    "How long does it take?",
    "Can they see my files?",
    "Why?",
    "yes",
    "Tell me more",
    "Is that also true on mobile?",
    "the second one",
    "Does this apply to guests?",
    "How much does it cost?",
    "Can I undo that?",
  ])("%s leans on the conversation", (question) => {
    expect(recogniseFollowUp(question, true).kind).toBe("follow-up");
  });

  it.each([
    "How do I reset my password?",
    "Is thing 7 refunded?",
    "Is shipping refunded as well?",
    "What is refunded?",
    "How long does it take to restore a deleted file?",
    "Is it possible to share a folder with a guest?",
    "If I delete a folder, can I restore it?",
    "Which name did I give my parcel?",
    "Does the Team plan include version history?",
    "Where can I see the files that were deleted?",
  ])("%s stands alone", (question) => {
    expect(recogniseFollowUp(question, true).kind).toBe("standalone");
    expect(recogniseFollowUp(question, false).kind).toBe("standalone");
  });

  it("does not take a first question for a follow-up on soft cues", () => {
    expect(recogniseFollowUp("Can users share their folders?", false).kind).toBe("standalone");
    expect(recogniseFollowUp("And how is it undone?", false).kind).toBe("follow-up");
  });

  it("never throws and is quick to say the same again for any text", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 8000, unit: "grapheme" }),
        fc.boolean(),
        (text, hasHistory) => {
          const verdict = recogniseFollowUp(text, hasHistory);
          expect(recogniseFollowUp(text, hasHistory)).toEqual(verdict);
        },
      ),
    );
  });
});
