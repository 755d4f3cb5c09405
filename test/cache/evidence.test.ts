import { describe, expect, it } from "vitest";
import { compareEvidence, NOTHING_RETRIEVED, type Witnessed } from "../../src/cache/evidence.ts";
import type { PassagePlace } from "../../src/knowledge/types.ts";
import { contentStems } from "../../src/language/words.ts";

const visible: PassagePlace = { documentId: "links", headings: "Links\nWho can open a link" };
const protectedBy: PassagePlace = { documentId: "links", headings: "Links\nAdd a password" };
const elsewhere: PassagePlace = { documentId: "plans", headings: "Links in plans" };

function asked(
  question: string,
  firstFused: PassagePlace | null,
  firstByVector: PassagePlace | null = firstFused,
  named?: readonly string[],
): Witnessed {
  return { question, retrieved: { fused: [], byVector: [], firstFused, firstByVector, named } };
}

describe("two witnesses", () => {
  const stored = asked("Who opens a link?", visible);

  it("agree where both questions find the same section and share a word of its name", () => {
    expect(compareEvidence(asked("Who can use a link?", visible), stored)).toBe("both");
  });

  it("do not agree on another section of the same document, nor on another document", () => {
    expect(compareEvidence(asked("Who can protect a link?", protectedBy), stored)).toBe("none");
    expect(compareEvidence(asked("Who pays for a link?", elsewhere), stored)).toBe("none");
  });

  it("do not agree where the questions share no word of the section's name", () => {
    expect(compareEvidence(asked("Is it public?", visible), stored)).toBe("none");
  });

  it("are one where only the search by meaning, or only the fused one, finds the same section", () => {
    const question = "Who may open the link?";
    expect(compareEvidence(asked(question, protectedBy, visible), stored)).toBe("one");
    expect(compareEvidence(asked(question, visible, protectedBy), stored)).toBe("one");
  });

  it("cannot be asked where nothing was retrieved", () => {
    const empty = { question: "Who opens a link?", retrieved: NOTHING_RETRIEVED };
    expect(compareEvidence(empty, stored)).toBe("unknown");
    expect(compareEvidence(stored, { ...empty, retrieved: undefined })).toBe("unknown");
  });
});

describe("questions that differ in one word", () => {
  const compare = (one: string, other: string, named?: readonly string[]) =>
    compareEvidence(asked(one, visible, visible, named), asked(other, visible, visible, named));

  it("are told apart where the passages have both words", () => {
    const named = contentStems("guest owner link");
    expect(compare("Can a guest open a link?", "Can an owner open a link?", named)).not.toBe(
      "apart",
    );
    expect(compare("Can guests open a link?", "Can owners open a link?", named)).toBe("apart");
    expect(compare("Can owners open a link?", "Can guests open a link?", named)).toBe("apart");
  });

  it("are not where the passages have one of them: the other says the same in other words", () => {
    const named = contentStems("guest link");
    expect(compare("Can guests open a link?", "Can visitors open a link?", named)).toBe("both");
  });

  it("are not by a word of grammar, by two words, or by the form of one", () => {
    const named = contentStems("guest owner open close link");
    expect(compare("Can guests open a link?", "May guests open a link?", named)).toBe("both");
    expect(compare("Can guests open a link?", "Can owners close a link?", named)).toBe("both");
    expect(compare("Can guests open a link?", "Can guest open a link?", named)).toBe("both");
  });

  it("are not where it was not kept what the passages name", () => {
    expect(compare("Can guests open a link?", "Can owners open a link?")).toBe("both");
  });
});
