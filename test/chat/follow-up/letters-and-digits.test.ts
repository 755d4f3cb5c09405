import { expect, it } from "vitest";
import { LETTERS_AND_DIGITS } from "../../../src/chat/follow-up/lexicon-parts.ts";

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
