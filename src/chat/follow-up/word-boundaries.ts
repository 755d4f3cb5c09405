/**
 * Letters and digits as ranges: `[\p{L}\p{N}]` takes 20 times as long to compile, and the files have more than a
 * thousand boundaries. The same characters in Latin, Chinese and Japanese; in other scripts marks and signs
 * count as letters too.
 */
export const LETTERS_AND_DIGITS =
  "0-9A-Za-z\\u00aa\\u00b2\\u00b3\\u00b5\\u00b9\\u00ba\\u00bc-\\u00be\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02c1" +
  "\\u0370-\\u1fff\\u3005-\\u3007\\u3021-\\u3029\\u3031-\\u3035\\u3038-\\u303c\\u3041-\\u3096\\u309d-\\u309f" +
  "\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3105-\\u31ff\\u3400-\\u4dbf\\u4e00-\\ud7ff\\uf900-\\ufdff\\uff10-\\uff19" +
  "\\uff21-\\uff3a\\uff41-\\uff5a\\uff66-\\uffdc\\u{10000}-\\u{1efff}\\u{20000}-\\u{3ffff}";

const CHARACTER = `[${LETTERS_AND_DIGITS}]`;
const NO_CHARACTER_BEFORE = `(?<!${CHARACTER})`;
const NO_CHARACTER_BEHIND = `(?!${CHARACTER})`;
const ANY_BOUNDARY = `(?:(?<=${CHARACTER})${NO_CHARACTER_BEHIND}|${NO_CHARACTER_BEFORE}(?=${CHARACTER}))`;

const IS_CHARACTER = new RegExp(`^${CHARACTER}$`, "u");
/** A class of letters and digits only. */
const PLAIN_CLASS = /^\[[A-Za-z0-9]+\]$/;

/** Part of a pattern: a group with its alternatives, or the text between groups. */
interface Part {
  source: string;
  readonly alternatives?: readonly (readonly Part[])[];
  /** An assertion, which matches no character. */
  readonly isEmpty: boolean;
  /** May match nothing. */
  isOptional: boolean;
}

/** Position in a pattern. */
interface Cursor {
  readonly source: string;
  at: number;
}

/**
 * Makes `\b` a boundary of letters and digits of any script. If the adjacent part begins or ends with one, only
 * the other side is checked, which takes a fraction of the time.
 */
export function withWordBoundaries(source: string): string {
  if (!source.includes("\\b")) return source;
  const cursor = { source, at: 0 };
  const written = write(readAlternatives(cursor));
  // An unmatched closing bracket: the compiler reports the error.
  return written + source.slice(cursor.at);
}

function readAlternatives(cursor: Cursor): readonly (readonly Part[])[] {
  const alternatives = [readSequence(cursor)];
  while (cursor.source[cursor.at] === "|") {
    cursor.at += 1;
    alternatives.push(readSequence(cursor));
  }
  return alternatives;
}

function readSequence(cursor: Cursor): readonly Part[] {
  const parts: Part[] = [];
  while (cursor.at < cursor.source.length && !"|)".includes(cursor.source.charAt(cursor.at))) {
    parts.push(readPart(cursor));
  }
  return parts;
}

/** A run of letters, an escape, a class, or one character. A quantifier applies to one letter only. */
const TOKEN =
  /[^\\[\](){}|^$*+?.]{1,60}(?![*+?{])|\\p\{[^}]*\}|\\u\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|[^]/uy;
const GROUP = /\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/y;
const CLOSING = /\)?/y;
const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;

function readPart(cursor: Cursor): Part {
  const part = cursor.source[cursor.at] === "(" ? readGroup(cursor) : readToken(cursor);
  if (!"*+?{".includes(cursor.source[cursor.at] ?? " ")) return part;
  const quantifier = take(cursor, QUANTIFIER);
  part.source += quantifier;
  part.isOptional = /^(?:[*?]|\{0)/.test(quantifier);
  return part;
}

function readGroup(cursor: Cursor): Part {
  const opening = take(cursor, GROUP);
  const alternatives = readAlternatives(cursor);
  const source = opening + write(alternatives) + take(cursor, CLOSING);
  return { source, alternatives, isEmpty: /^\(\?<?[=!]/.test(opening), isOptional: false };
}

function readToken(cursor: Cursor): Part {
  const source = take(cursor, TOKEN);
  const isEmpty = source === "^" || source === "$" || source === "\\b";
  return { source, isEmpty, isOptional: false };
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const end = pattern.test(cursor.source) ? pattern.lastIndex : cursor.at;
  const taken = cursor.source.slice(cursor.at, end);
  cursor.at = end;
  return taken;
}

function write(alternatives: readonly (readonly Part[])[]): string {
  return alternatives.map(writeSequence).join("|");
}

function writeSequence(parts: readonly Part[]): string {
  let written = "";
  for (const [at, { source }] of parts.entries()) {
    if (source !== "\\b") written += source;
    else if (hasCharacter(parts, at + 1, 1)) written += NO_CHARACTER_BEFORE;
    else written += hasCharacter(parts, at - 1, -1) ? NO_CHARACTER_BEHIND : ANY_BOUNDARY;
  }
  return written;
}

/**
 * Whether the first character matched by these parts from this index, or the last one backwards, is always a
 * letter or digit, whatever optional part is omitted.
 */
function hasCharacter(parts: readonly Part[], from: number, step: 1 | -1): boolean {
  for (let at = from; at >= 0 && at < parts.length; at += step) {
    const part = parts[at];
    if (part === undefined || part.isEmpty) continue;
    if (!isCharacterAtEnd(part, step)) return false;
    if (!part.isOptional) return true;
  }
  return false;
}

function isCharacterAtEnd({ source, alternatives }: Part, step: 1 | -1): boolean {
  if (alternatives !== undefined) {
    return alternatives.every((parts) =>
      hasCharacter(parts, step === 1 ? 0 : parts.length - 1, step),
    );
  }
  const bare = source.replace(/(?<=.)(?:[*+?]|\{[\d,]+\})\??$/u, "");
  if (bare === "\\d" || PLAIN_CLASS.test(bare)) return true;
  return !bare.startsWith("\\") && IS_CHARACTER.test(bare.at(step === 1 ? 0 : -1) ?? "");
}
