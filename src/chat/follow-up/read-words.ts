/** A word of a message, with its context. */
export interface Word {
  /** In lower case, with plain apostrophes. */
  readonly lower: string;
  /** Begins with a capital, or mixes letters and digits (`A380`). */
  readonly capital: boolean;
  /** All capitals, or with a digit: an abbreviation or a code. */
  readonly code: boolean;
  /** First of its sentence. */
  readonly opens: boolean;
  /** Last of its sentence. */
  readonly closes: boolean;
  /** Follows a comma, colon, dash or bracket. */
  readonly comma: boolean;
}

/** A text with its words. */
export interface ReadWords {
  readonly text: string;
  readonly words: readonly Word[];
  /** The words in lower case, separated by single spaces. */
  readonly low: string;
}

/** Maximum words read of a text: references to the conversation are in its first sentences. */
const MAX_WORDS = 200;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'+#&./-]*/gu;
const ENDS_SENTENCE = /[.?!;:]\s/;
const PAUSES = /[,:()–—-]/;
/** Fast path for most words: no capital, digit or mark. */
const PLAIN_WORD = /^[a-z]+$/;
const DIGIT = /\p{N}/u;
const LETTER = /\p{L}/u;
const CAPITAL = /^\p{Lu}/u;
const TWO_CAPITALS = /^\p{Lu}{2}/u;

/** Splits a text into at most 200 words, in linear time. */
export function readWords(text: string): readonly Word[] {
  const plain = plainQuotes(text);
  const words: Word[] = [];
  let last: { closes: boolean } | undefined;
  let end = 0;
  let opens = true;
  for (const match of plain.matchAll(WORD)) {
    const [found] = match;
    const gap = plain.slice(end, match.index);
    const isPlainGap = gap === " ";
    if (last !== undefined && (opens || (!isPlainGap && ENDS_SENTENCE.test(gap)))) {
      opens = true;
      last.closes = true;
    }
    if (words.length === MAX_WORDS) break;
    const word = toWord(found, opens, !isPlainGap && PAUSES.test(gap));
    words.push(word);
    last = word;
    // A full stop at the end of a word counts as the end of the sentence, even in "e.g. this".
    opens = found.endsWith(".");
    end = match.index + found.length;
  }
  if (last !== undefined) last.closes = true;
  return words;
}

/** The words of a text in lower case, separated by single spaces. */
export function lowWords(text: string): string {
  return lowOf(readWords(text));
}

/** The same for words that are already read. */
export function lowOf(words: readonly Word[]): string {
  let low = "";
  for (const { lower } of words) low += low === "" ? lower : ` ${lower}`;
  return low;
}

const CURLY = /[‘’“”]/;

/** Replaces curly quotation marks and apostrophes with plain ones. */
export function plainQuotes(text: string): string {
  if (!CURLY.test(text)) return text;
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

function toWord(match: string, opens: boolean, comma: boolean) {
  if (PLAIN_WORD.test(match)) {
    return { lower: match, capital: false, code: false, closes: false, opens, comma };
  }
  const text = dropTrailingMarks(match);
  const hasDigit = DIGIT.test(text);
  return {
    lower: text.toLowerCase(),
    capital: CAPITAL.test(text) || (hasDigit && LETTER.test(text)),
    code: hasDigit || TWO_CAPITALS.test(text),
    closes: false,
    opens,
    comma,
  };
}

/** A loop: a pattern anchored at the end takes quadratic time on a long run of marks. */
function dropTrailingMarks(text: string): string {
  let end = text.length;
  while (end > 1 && ".'/&-".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The word at this index in lower case; empty out of range. */
export function lowerAt(words: readonly Word[], index: number): string {
  return words[index]?.lower ?? "";
}
