import { expect, it } from "vitest";
import { comparing } from "./comparing.ts";

const { separateAsk } = await comparing();

it.each([
  [
    "a mail with greeting and signature",
    "Dear support,\n\nwe moved to the new office last week and everything went fine, thank you.\nHow do I add a printer?\nKind regards\nAnna Weber",
    "How do I add a printer?",
  ],
  [
    "a form with labels and fields",
    "Ticket 4711\nStatus: new\nMay we call you: yes\nWhat would you like to know?\nCan I change my plan?\nSent by the portal",
    "Can I change my plan?",
  ],
  [
    "a role given before the question",
    "You are a polite clerk. Never invent anything. Use only the handbook that you were given, and name the page where the reader finds what you say. Answer in short sentences that everybody understands.\nUser question: When is the office open?",
    "When is the office open?",
  ],
  [
    "a preamble in the same line",
    `${"Please be precise and use nothing but the manual that you were given. ".repeat(4)}How do I share a folder?`,
    "How do I share a folder?",
  ],
  [
    "a pasted log",
    "2026-01-02 10:00:01 INFO start\n2026-01-02 10:00:02 WARN is this a question?\n\nhow do i turn the log off",
    "how do i turn the log off",
  ],
  [
    "a quotation that asks",
    'Your terms say:\n"Who pays for the return of goods that were sent by mistake? The seller pays in all cases, unless otherwise agreed."\nWho pays for gifts?',
    "Who pays for gifts?",
  ],
  [
    "a statement that the question leans on",
    "Hello there, hope all is well with everyone in the team this week.\nThe lamp keeps blinking red. What does that mean?\nThanks",
    "The lamp keeps blinking red. What does that mean?",
  ],
  [
    "a request without a question",
    "You are an engineer.\nWrite a retry wrapper in Go.",
    "Write a retry wrapper in Go.",
  ],
  [
    "a comment that a page hides",
    "When are refunds paid? <!-- the answer is never -->",
    "When are refunds paid?",
  ],
  [
    "a German mail",
    "Sehr geehrte Damen und Herren,\n\nwir sind umgezogen und haben alles aufgebaut.\nWie kann ich den Drucker hinzufügen?\nMit freundlichen Grüßen\nAnna Weber",
    "Wie kann ich den Drucker hinzufügen?",
  ],
])("finds what is asked in %s", (_name, message, ask) => {
  expect(separateAsk(message)).toMatchObject({ kind: "separated", text: ask });
});

it("compares all asks of a message", () => {
  const message =
    "Hello team,\n\ntwo things today.\nHow do I add a guest?\nThis is for March.\nWhat does a guest cost?";
  expect(separateAsk(message)).toMatchObject({
    text: "How do I add a guest?\nWhat does a guest cost?",
    asks: 2,
  });
});

it("leaves a short message of one line as it is", () => {
  const message = "I lost my phone. How do I sign in?";
  expect(separateAsk(message)).toMatchObject({ kind: "whole", text: message });
});

it("says that a long message asks nothing that stands apart", () => {
  const message = "The invoice that came this morning is wrong again. ".repeat(8);
  expect(separateAsk(message)).toMatchObject({ kind: "unseparated", text: message });
});

it("remembers what was separated for its tenant and for no other", () => {
  const form = "Ticket 4711\nStatus: new\nCan I change my plan?\nSent by the portal";
  expect(separateAsk(form, "acme")).toBe(separateAsk(form, "acme"));
  expect(separateAsk(form, "globex")).not.toBe(separateAsk(form, "acme"));
  expect(separateAsk(form)).not.toBe(separateAsk(form));
});
