import { wordAt, type Token } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Maximum codes read per question. */
const MOST_CODES = 24;
const LINKS = new Set(["_", ".", "+", "#", "/"]);

/** An identifier instead of a word: `ERR_TIMEOUT`, `useState`, `C++`, `B12`, the `D` of `vitamin D`. */
export interface Code {
  /** Base forms, without hyphens. */
  readonly text: string;
}

/**
 * Finds codes: joined tokens with signs, digits or capitals inside.
 *
 * @param taken indexes of the tokens that belong to dates and amounts
 */
export function readCodes(tokens: readonly Token[], taken: ReadonlySet<number>): readonly Code[] {
  const codes: Code[] = [];
  let start = 0;
  for (let index = 1; index <= tokens.length && codes.length < MOST_CODES; index += 1) {
    if (isJoined(tokens, index)) continue;
    const code = taken.has(start) ? undefined : toCode(tokens, start, index);
    if (code !== undefined) codes.push(code);
    start = index;
  }
  return codes;
}

/** Link signs join only without a space before or after them. */
function isJoined(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.glued !== true) return false;
  return token.kind !== "sign" || LINKS.has(token.raw);
}

function toCode(tokens: readonly Token[], start: number, end: number): Code | undefined {
  const last = wordAt(tokens, end - 1) === "." ? end - 1 : end;
  if (last - start === 1) return oneToken(tokens[start]);
  const run = tokens.slice(start, last);
  const hasLetters = run.some(({ kind }) => kind === "word");
  const hasMarks = run.some(({ kind, raw }) => kind === "number" || "_+#".includes(raw));
  return hasLetters && hasMarks ? { text: run.map(({ key }) => key).join("") } : undefined;
}

/** `useState`, or a letter that is neither an article nor a pronoun. */
function oneToken(token: Token | undefined): Code | undefined {
  if (token === undefined) return undefined;
  const isLetter = token.raw.length === 1 && /[B-HJ-Z]/.test(token.raw);
  return isLetter || /\p{Ll}\p{Lu}/u.test(token.raw) ? { text: token.key } : undefined;
}

/** The parts of a question that are needed to compare codes. */
export interface Coded {
  readonly codes: readonly Code[];
  readonly vocabulary: Vocabulary;
}

/** True if each question has a code that the other lacks. */
export function codesDiffer(asked: Coded, stored: Coded): boolean {
  return hasOwn(asked, stored) && hasOwn(stored, asked);
}

function hasOwn({ codes }: Coded, other: Coded): boolean {
  const others = new Set(other.codes.map(({ text }) => text));
  return codes.some(({ text }) => !others.has(text) && !other.vocabulary.forms.has(text));
}
