import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../src/chat/follow-up/read-text.ts";
import { classifyPrivate } from "../../src/chat/classify-private.ts";
import { COMPLETE_QUESTIONS } from "../support/follow-up-examples.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");
const kindOf = (message: string) => classifyPrivate(read(message));

describe("what never meets the shared cache", () => {
  it.each([
    "Hi",
    "hello there!",
    "Good morning",
    "Hey, how are you?",
    "Thanks",
    "Thank you very much!",
    "ok thanks, bye",
    "yes",
    "Yes, please.",
    "No",
    "OK",
    "continue",
    "Please go on",
    "go ahead",
    "got it, thanks",
    "Great, that's all",
    "👍",
    "Who are you?",
    "What can you do?",
    "Are you a robot or a human?",
    "Hello? Anyone there?",
    "Bist du ein Mensch oder ein Roboter?",
    "Que pouvez-vous faire ?",
    "¿Hay alguien?",
    "你是谁？",
    "Anna Bergström",
  ])("%s is small talk", (message) => {
    expect(kindOf(message)).toBe("small-talk");
  });

  it.each([
    "What's my name?",
    "what is my name",
    "Which plan am I on?",
    "What did I ask before?",
    "What was my last question?",
    "What did you just say?",
    "Do you remember my name?",
    "What is my order status?",
    "Where is my parcel?",
    "Has my order shipped?",
    "When will my refund arrive?",
    "Is my subscription still active?",
    "How many credits do I have left?",
    "How much do I owe?",
    "Am I an admin?",
    "When did I sign up?",
    "Did I already pay?",
    "What is the status of my application?",
    "Show me my invoices",
    "What do you know about me?",
    "Can you summarise our conversation?",
    "Who am I?",
    "My name is Anna",
  ])("%s is about its asker or this conversation", (message) => {
    expect(kindOf(message)).toBe("about-oneself");
  });

  it.each([
    "How do I reset my password?",
    "Can I cancel my subscription?",
    "My file does not sync",
    "How can I track my order?",
    "Where can I download my invoices?",
    "How do I change my email address?",
    "What happens to my files when my subscription ends?",
    "Is my data encrypted?",
    "How much do I have to pay for express delivery?",
    "Why was I charged twice?",
    "When am I allowed to return shoes?",
    "What documents do I need to open an account?",
    "Is it ok to share my password?",
    "Thanks, how do I undo a merge?",
    "Refunds",
    "GDPR",
    "Red Hat OpenShift 4",
    "Two-factor login",
  ])("%s is everybody's question", (message) => {
    expect(kindOf(message)).toBeUndefined();
  });

  it("leaves the complete questions of many fields alone, but for those about oneself", () => {
    const kept = COMPLETE_QUESTIONS.filter((question) => kindOf(question) !== undefined);
    expect(kept).toEqual(["Which plan am I on?"]);
  });

  it("never throws, and takes no notice of case and spacing", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8000, unit: "grapheme" }), (text) => {
        expect(kindOf(text)).toBe(kindOf(`  ${text}\n`));
      }),
    );
    for (const message of ["thank you", "what is my name?", "where is my parcel"]) {
      expect(kindOf(message.toUpperCase())).toBe(kindOf(message));
      expect(kindOf(message.replaceAll(" ", "  "))).toBe(kindOf(message));
    }
  });
});
