import type { GuardLanguage } from "./guard-language.ts";
import { spellNumber, type NumberAt, type NumberReader } from "./number-types.ts";
import { createNumberWords } from "./number-words.ts";
import { gluedAt, wordAt, type Token } from "./tokens.ts";

/** Longer numbers are compared as written. */
const MOST_DIGITS = 15;
const MINUS = new Set(["-", "\u2212"]);
/** At least two letters: `I`, `V` and `X` alone mostly mean something else. */
const ROMAN = /^(?:II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV|XV|XVI)$/;
const ROMAN_VALUES: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };

/** Reads a number in digits, words or Roman numerals. */
export function createNumberReader(language: GuardLanguage): NumberReader {
  const digits = createDigits(language);
  const words = createNumberWords(language);
  return (tokens, index) =>
    tokens[index]?.kind === "number"
      ? digits(tokens, index)
      : (words(tokens, index) ?? romanAt(tokens, index));
}

function createDigits({ numbers, functionWords }: GuardLanguage): NumberReader {
  const { decimal, grouping, scales, ordinalEndings } = numbers;
  const endings = new Set(ordinalEndings);
  const versions = new Set(numbers.versionWords);
  const grammar = new Set(functionWords);
  /** A version keeps its trailing zero: `Python 3.10` is not 3.1. */
  const isVersion = (text: string, before: Token | undefined) =>
    text.includes(decimal) &&
    text.endsWith("0") &&
    before?.kind === "word" &&
    (versions.has(before.word) || !grammar.has(before.word));
  const scaleAt = (tokens: readonly Token[], index: number) => {
    const word = wordAt(tokens, index);
    // A single letter is a scale only if joined to its number.
    return word.length > 1 || word === gluedAt(tokens, index) ? scales[word] : undefined;
  };
  return (tokens, index) => {
    const text = ungroup(wordAt(tokens, index), grouping);
    const value = Number(text.replace(decimal, ".")) * signBefore(tokens, index);
    if (Number.isNaN(value) || text.length > MOST_DIGITS) return plain(0, [`=${text}`], 1);
    const scale = scaleAt(tokens, index + 1);
    if (scale !== undefined) return scaled(value, scale, wordAt(tokens, index + 1));
    const spelling = isVersion(text, tokens[index - 1]) ? `=${text}` : spellNumber(value);
    const isOrdinal = endings.has(gluedAt(tokens, index + 1));
    return { ...plain(value, [spelling], isOrdinal ? 2 : 1), isOrdinal };
  };
}

/** `5m` may be five million or five of a unit. */
function scaled(value: number, scale: number, word: string): NumberAt {
  const large = spellNumber(value * scale);
  const spellings = word.length > 1 ? [large] : [large, spellNumber(value)];
  return plain(value * scale, spellings, 2);
}

function plain(value: number, spellings: readonly string[], length: number): NumberAt {
  return { value, spellings, weak: false, isOrdinal: false, length };
}

/** `10,000` becomes 10000; `1,2` and `1.2.3` are unchanged. */
function ungroup(text: string, grouping: string): string {
  const [first = "", ...rest] = text.split(grouping);
  const isGrouped =
    first.length <= 3 &&
    rest.every(
      (part, at) => part.length === 3 || (at === rest.length - 1 && /^\d{3}\D/.test(part)),
    );
  return isGrouped ? first + rest.join("") : text;
}

/** A minus has a space before it: `5-3` has none. */
function signBefore(tokens: readonly Token[], index: number): 1 | -1 {
  const isJoined = gluedAt(tokens, index) !== "";
  return isJoined && MINUS.has(wordAt(tokens, index - 1)) ? -1 : 1;
}

function romanAt(tokens: readonly Token[], index: number): NumberAt | undefined {
  const token = tokens[index];
  if (token === undefined || token.glued || !ROMAN.test(token.raw)) return undefined;
  const digits = Array.from(token.raw, (letter) => ROMAN_VALUES[letter] ?? 0);
  const value = digits.reduce(
    (sum, digit, at) => sum + (digit < (digits[at + 1] ?? 0) ? -digit : digit),
    0,
  );
  return plain(value, [spellNumber(value)], 1);
}
