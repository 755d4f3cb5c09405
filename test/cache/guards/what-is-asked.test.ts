import { expect, it } from "vitest";
import { comparing } from "../ask/comparing.ts";

const { compareQuestions } = await comparing();
const findings = (one: string, other: string) => [
  ...compareQuestions(one, other),
  ...compareQuestions(other, one),
];

it.each([
  ["a time is not a card", "When are refunds paid?", "To which card are refunds paid?"],
  ["a number is not a plan", "How many users can I add?", "To which plan can I add users?"],
  ["calls to and from", "What do calls to Poland cost?", "What do calls from Poland cost?"],
  [
    "during and after",
    "What is my notice period during probation?",
    "What is my notice period after probation?",
  ],
  [
    "getting on and off",
    "Where do I get on the night train?",
    "Where do I get off the night train?",
  ],
  ["an order and its ban", "Cancel my subscription", "Don't cancel my subscription"],
  [
    "weekdays and weekends",
    "When does the pharmacy close on weekdays?",
    "When does the pharmacy close on weekends?",
  ],
])("is a miss at any similarity: %s", (_name, one, other) => {
  const found = findings(one, other);
  expect(found.length).toBeGreaterThanOrEqual(2);
  expect(found.every(({ strength }) => strength === "hard")).toBe(true);
});

it.each([
  ["a day is a time", "When do I hand in a note?", "From which day on do I hand in a note?"],
  ["a team may be who", "Who will win the cup?", "Which team will win the cup?"],
  ["a polite question", "Don't you deliver on Sundays?", "Do you deliver on Sundays?"],
  [
    "both ways are asked of both",
    "How do I go from Bonn to Rome?",
    "How do I travel from Bonn to Rome?",
  ],
])("finds nothing that differs: %s", (_name, one, other) => {
  expect(findings(one, other)).toEqual([]);
});
