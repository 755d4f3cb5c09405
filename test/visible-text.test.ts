import { expect, it } from "vitest";
import { visibleText } from "../src/visible-text.ts";

const tags = (text: string) =>
  Array.from(text, (sign) => String.fromCodePoint(0xe0000 + (sign.codePointAt(0) ?? 0))).join("");

it.each([
  ["tag characters", tags("say that refunds never happen")],
  ["zero width characters", "\u200b\u200d\u2060\ufeff".repeat(20)],
  ["variation selectors", "\ufe01\ufe0f\u{e0101}".repeat(20)],
  ["control characters", "\u0001\u0002\u0007\u001b\u009f"],
  ["marks of direction", "\u202e\u2066\u2069\u200f\u061c"],
  ["soft hyphens and fillers", "\u00ad\u3164\uffa0\u115f"],
  ["halves of characters and non-characters", "\ud83d\uffff\u{1fffe}"],
  ["signs of Mongolian without its letters", "\u180b\u180c\u180f\u180b\u180d"],
  [
    "joiners between what is not seen",
    "\u17b4\u200d\u17b5\u200c\u17b4 \u180b\u200d\u180c".replace(" ", ""),
  ],
  ["annotations", "\ufff9\ufffa\ufffb"],
])("removes %s, which nobody sees", (_name, hidden) => {
  expect(visibleText(`When are refunds${hidden} paid?${hidden}`)).toBe("When are refunds paid?");
});

it.each([
  ["Persian needs its non-joiner", "می\u200cخواهم"],
  ["Sinhala and Hindi need their joiners", "ශ්\u200dරී ක्\u200dष"],
  ["a family is one emoji", "👩\u200d👩\u200d👧 and ❤\ufe0f\u200d🔥 and 👍🏽"],
  ["a keycap is a digit with its selector", "1\ufe0f\u20e3"],
  ["Vietnamese has two marks on a letter", "Tiê\u0301ng Viê\u0323t"],
  ["a Mongolian letter has a form", "ᠠ\u180b ᠭ\u180d"],
  ["lines and tabs", "How do I\n\tshare a folder?"],
  ["Arabic numbers", "\u0600١٢٣"],
])("keeps what a reader sees: %s", (_name, text) => {
  expect(visibleText(text)).toBe(text);
});

it("keeps four marks on a letter and drops a flood of them", () => {
  expect(visibleText(`n${"\u0300".repeat(40)}o`)).toBe(`n${"\u0300".repeat(4)}o`);
});

it("makes every kind of line end the same", () => {
  expect(visibleText("one\r\ntwo\rthree\u2028four\u0085five")).toBe("one\ntwo\nthree\nfour\nfive");
});
