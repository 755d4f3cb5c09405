import { expect, it } from "vitest";
import { unseenText } from "../../../src/cache/ask/unseen-text.ts";

const asked = "How long do refunds take?";

it.each([
  ["letters of private use", "\ue073\ue061\ue079 \u{f006e}\u{f006f}"],
  ["small letters on letters", "s\u0363e\u036f"],
  ["Cyrillic letters on letters", "s\u2de0e\u2dea"],
  ["accents on an accent", "s\u0301\u0301\u0301"],
  ["marks around a letter", "s\u20dd"],
  ["signs of format", "\u{13430}\u{13439}"],
  ["empty Braille", "\u2800\u2800"],
])("sees %s, which an embedder leaves out", (_name, hidden) => {
  expect(unseenText(`${asked} ${hidden}`)).not.toBe(unseenText(asked));
});

it.each([
  ["an accent", "Wie lange dauert die Rückerstattung für das Café?"],
  ["an accent of its own", "Wie lange dauert die Ru\u0308ckerstattung fu\u0308r das Cafe\u0301?"],
  ["two accents on a letter", "Tiê\u0301ng Viê\u0323t mâ\u0301t bao lâu?"],
])("takes %s as part of its letter", (_name, text) => {
  expect(unseenText(text)).toBe("");
});
