import { expect, it } from "vitest";
import { compare } from "./english.ts";

const formOf = (one: string, other: string) =>
  compare(one, other).find(({ guard }) => guard === "form")?.strength;

it.each([
  ["the language of the answer", "Explain the tide in Dutch.", "Explain the tide in Korean."],
  ["a language in one of them", "Explain the tide.", "Explain the tide in Korean."],
  ["its format", "List the moons as a table.", "List the moons as bullet points."],
  ["a format in one of them", "List the moons.", "List the moons as JSON."],
  ["its length", "Explain the tide in one sentence.", "Explain the tide in detail."],
  ["a length in one of them", "Briefly, what is a tide?", "What is a tide?"],
  ["its measure", "Explain the tide in three words.", "Explain the tide in three pages."],
  ["its readers", "Explain the tide to a child.", "Explain the tide to a scientist."],
  ["what may and what must be", "May I fish here?", "Must I fish here?"],
  ["what can and what should be", "Can dogs swim here?", "Should dogs swim here?"],
  ["what was and what will be", "When did the bridge open?", "When will the bridge open?"],
  ["one and all", "How do I clean one boat?", "How do I clean all boats?"],
  ["a number and a list", "How many beaches are there?", "Which beaches are there?"],
  ["what is counted by", "What is the fee per boat?", "What is the fee per crew?"],
  ["its style", "Write a formal note to the harbour.", "Write a funny note to the harbour."],
])("keeps apart questions that differ in %s", (_what, one, other) => {
  expect(formOf(one, other)).toBe("hard");
  expect(formOf(other, one)).toBe("hard");
});

it.each([
  ["Show the tides in a table.", "Show me a table of the tides."],
  ["In one sentence, what is a tide?", "What is a tide? One sentence please."],
  ["Explain the tide in detail.", "Give me a detailed explanation of the tide."],
  ["Can I export the log as JSON?", "Is a JSON export of the log possible?"],
  ["Can I fish here?", "Is it possible to fish here?"],
  ["Do I have to pay the fee?", "Must I pay the fee?"],
  ["What is the fee per month?", "What is the monthly fee?"],
  ["How do I clean the boat?", "What do I have to do to clean the boat?"],
])("finds the same form in other words: %s | %s", (one, other) => {
  expect(formOf(one, other)).toBeUndefined();
  expect(formOf(other, one)).toBeUndefined();
});

it("asks for evidence where only one question names its readers", () => {
  expect(formOf("Explain the tide.", "Explain the tide for beginners.")).toBe("soft");
});

it("can be switched off", () => {
  expect(compare("May I fish here?", "Must I fish here?", { form: false })).toEqual([]);
});
