import { createHash } from "node:crypto";

/** Closing marks that do not change a question, after NFKC (which maps `…`, `？` and `！`). */
const CLOSING_MARKS = new Set("?!.。 ");

/**
 * Normal form of a question: NFKC, case folded, white space collapsed and removed before punctuation, closing
 * `? ! . 。` removed. Meaningful signs stay (`C++`, `C#`, `5%`, `.NET`). A text of only marks is kept.
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
 * Entry id of a question in a scope: `ans_` and 32 hexadecimal digits, from the normalised question.
 *
 * @param view of the reader, if the answer was made from documents with groups: other readers have another answer
 */
export function answerId(scope: string, question: string, view = ""): string {
  const asked = `${scope}\0${normaliseQuestion(question)}`;
  const hash = createHash("sha256").update(view === "" ? asked : `${asked}\0${view}`);
  return `ans_${hash.digest("hex").slice(0, 32)}`;
}

/** NFKC alone would make `10²` the same question as `102`. */
function keepPowers(text: string): string {
  return text.replace(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, "^$&");
}

/** Lower case, including two common letters that `toLowerCase` does not unify with their upper case. */
function foldCase(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase();
  return lower.replaceAll("ß", "ss").replaceAll("ς", "σ").normalize("NFKC");
}

/** A loop, because a pattern anchored at the end takes quadratic time on long runs of marks. */
function dropClosingMarks(text: string): string {
  let end = text.length;
  while (end > 0 && CLOSING_MARKS.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
