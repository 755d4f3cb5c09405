import fc from "fast-check";
import { expect, it } from "vitest";
import {
  LETTERS_AND_DIGITS,
  withWordBoundaries,
} from "../../../src/chat/follow-up/word-boundaries.ts";

/** Latin with its punctuation, Greek and Cyrillic letters, kana, Han, full-width forms. */
const SCRIPTS = [
  [0x0000, 0x02af],
  [0x1e00, 0x1eff],
  [0x2000, 0x206f],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xff00, 0xffdc],
] as const;

it("takes for letters and digits what Unicode does, in the scripts of the lexicons", () => {
  const [ours, unicode] = [new RegExp(`^[${LETTERS_AND_DIGITS}]$`, "u"), /^[\p{L}\p{N}]$/u];
  const differing = SCRIPTS.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_value, index) => String.fromCodePoint(from + index)),
  ).filter(
    (character) => /\P{Cn}/u.test(character) && ours.test(character) !== unicode.test(character),
  );
  expect(differing.map((character) => character.codePointAt(0)?.toString(16))).toEqual([]);
});

/** The boundary that looks at both sides, whatever stands beside it. */
const BOTH_SIDES = (() => {
  const character = `[${LETTERS_AND_DIGITS}]`;
  return `(?:(?<=${character})(?!${character})|(?<!${character})(?=${character}))`;
})();

const { part } = fc.letrec<{ part: string; plain: string; group: string }>((tie) => ({
  part: fc.oneof(
    { weight: 3, arbitrary: fc.constant("\\b") },
    { weight: 6, arbitrary: tie("plain") },
    { weight: 2, arbitrary: tie("group") },
  ),
  plain: fc
    .tuple(
      fc.constantFrom(
        "a",
        "ab",
        "é",
        "7",
        " ",
        "-",
        "\\d",
        "\\s",
        "\\?",
        "[ab]",
        "[a ]",
        ".",
        "\\p{L}",
      ),
      fc.constantFrom("", "", "", "?", "*", "+", "{0,2}", "{1,2}", "*?"),
    )
    .map(([sign, quantifier]) => sign + quantifier),
  group: fc
    .tuple(
      fc.constantFrom("(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!"),
      fc.array(fc.array(tie("part"), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom("", "", "?", "+"),
    )
    .map(([opening, alternatives, quantifier]) => {
      const inside = alternatives.map((parts) => parts.join("")).join("|");
      return `${opening}${inside})${opening === "(?:" ? quantifier : ""}`;
    }),
}));

it("finds the same words as a boundary that looks at both sides", () => {
  const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "é", "7", " ", "-", "?"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(pattern, fc.array(text, { maxLength: 6 }), (source, texts) => {
      const plain = new RegExp(source.replaceAll("\\b", BOTH_SIDES), "u");
      const quick = new RegExp(withWordBoundaries(source), "u");
      for (const each of texts) {
        expect(quick.exec(each)?.index).toBe(plain.exec(each)?.index);
        expect(quick.exec(each)?.[0]).toBe(plain.exec(each)?.[0]);
      }
    }),
    { numRuns: 300 },
  );
});
