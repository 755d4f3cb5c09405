import { createHash } from "node:crypto";

/** Marks that may end a question without changing what it asks; what NFKC makes of `…`, `？` and `！`. */
const CLOSING_MARKS = new Set("?!.。 ");

/**
 * What two askings of the same question share: NFKC, case folded, white space collapsed and dropped
 * before punctuation, closing `? ! . 。` dropped. Signs that carry meaning stay (`C++`, `C#`, `5%`,
 * `.NET`). A text of nothing but marks is kept.
 */
export function normaliseQuestion(text: string): string {
  const spaced = foldCase(keepPowers(text))
    .replace(/\s+/g, " ")
    .trim()
    // Only before marks that end a word, so that "is .NET" and "about -5" stay as they are.
    .replace(/ (?=[?!.,;:。]+(?: |$))/g, "");
  return dropClosingMarks(spaced) || spaced;
}

/**
 * The id of the answer to this question in this scope: `ans_` and 32 hexadecimal digits. Askings that
 * are the same once normalised have the same id.
 */
export function answerId(scope: string, question: string): string {
  const hash = createHash("sha256").update(`${scope}\0${normaliseQuestion(question)}`);
  return `ans_${hash.digest("hex").slice(0, 32)}`;
}

/** NFKC alone would make `10²` the same question as `102`. */
function keepPowers(text: string): string {
  return text.replace(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, "^$&");
}

/** Lower case, with the two common letters that it leaves apart from their upper case. */
function foldCase(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase();
  return lower.replaceAll("ß", "ss").replaceAll("ς", "σ").normalize("NFKC");
}

/** A loop, since a pattern tied to the end takes quadratic time on a long run of marks. */
function dropClosingMarks(text: string): string {
  let end = text.length;
  while (end > 0 && CLOSING_MARKS.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
