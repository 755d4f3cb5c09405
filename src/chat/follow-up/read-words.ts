/** A word of a message, with what stands around it. */
export interface Word {
  /** Lower case, plain apostrophes. */
  readonly lower: string;
  /** Begins with a capital, or mixes letters and digits (`A380`). */
  readonly capital: boolean;
  /** In capitals throughout, or with a digit: an abbreviation, a code. */
  readonly code: boolean;
  /** First of its sentence. */
  readonly opens: boolean;
  /** Last of its sentence. */
  readonly closes: boolean;
  /** A comma, colon, dash or bracket stands before it. */
  readonly comma: boolean;
}

/** Words that are read of one text: what leans on a conversation does so in its first sentences. */
const MAX_WORDS = 200;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'+#&./-]*/gu;

/** Cuts a text into words, 200 at most, in a time linear to its length. */
export function readWords(text: string): readonly Word[] {
  const plain = plainQuotes(text);
  const words: Word[] = [];
  let end = 0;
  let opens = true;
  for (const match of plain.matchAll(WORD)) {
    const gap = plain.slice(end, match.index);
    const last = words.at(-1);
    if (last !== undefined && (opens || /[.?!;:]\s/.test(gap))) {
      opens = true;
      words[words.length - 1] = { ...last, closes: true };
    }
    if (words.length === MAX_WORDS) break;
    words.push(toWord(match[0], { opens, comma: /[,:()–—-]/.test(gap) }));
    // "e.g. this" aside, a full stop that ends a word ends a sentence.
    opens = match[0].endsWith(".");
    end = match.index + match[0].length;
  }
  const last = words.at(-1);
  if (last !== undefined) words[words.length - 1] = { ...last, closes: true };
  return words;
}

/** Curly quotation marks and apostrophes as the plain ones. */
export function plainQuotes(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

function toWord(match: string, place: { opens: boolean; comma: boolean }): Word {
  const text = dropTrailingMarks(match);
  const mixed = /\p{N}/u.test(text) && /\p{L}/u.test(text);
  return {
    lower: text.toLowerCase(),
    capital: /^\p{Lu}/u.test(text) || mixed,
    code: /^\p{Lu}{2}/u.test(text) || /\p{N}/u.test(text),
    closes: false,
    ...place,
  };
}

/** A loop, since a pattern tied to the end takes quadratic time on a long run of marks. */
function dropTrailingMarks(text: string): string {
  let end = text.length;
  while (end > 1 && ".'/&-".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The word at a place in lower case; empty outside the text. */
export function lowerAt(words: readonly Word[], index: number): string {
  return words[index]?.lower ?? "";
}
