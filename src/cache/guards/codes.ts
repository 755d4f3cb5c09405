import type { Token } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Codes looked at in each question. */
const MOST_CODES = 24;
const LINKS = new Set(["_", ".", "+", "#", "/"]);

/** An identifier rather than a word: `ERR_TIMEOUT`, `useState`, `C++`, `B12`, the `D` of `vitamin D`. */
export interface Code {
  /** Base forms, without hyphens. */
  readonly text: string;
}

/** Finds the codes of a question: tokens that are joined, with signs, digits or capitals inside. */
export function readCodes(tokens: readonly Token[]): readonly Code[] {
  const codes: Code[] = [];
  let start = 0;
  for (let index = 1; index <= tokens.length && codes.length < MOST_CODES; index += 1) {
    if (isJoined(tokens, index)) continue;
    const code = toCode(tokens.slice(start, index));
    if (code !== undefined) codes.push(code);
    start = index;
  }
  return codes;
}

/** Signs of links join only when something follows or precedes them without a space. */
function isJoined(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.glued !== true) return false;
  return token.kind !== "sign" || LINKS.has(token.raw);
}

function toCode(run: readonly Token[]): Code | undefined {
  const trimmed = run.at(-1)?.raw === "." ? run.slice(0, -1) : run;
  const raws = trimmed.map(({ raw }) => raw);
  const text = trimmed.map(({ key }) => key).join("");
  if (trimmed.length === 1) {
    const [raw = ""] = raws;
    const isLetter = /^[B-HJ-Z]$/.test(raw);
    return isLetter || /\p{Ll}\p{Lu}/u.test(raw) ? { text } : undefined;
  }
  const hasLetters = trimmed.some(({ kind }) => kind === "word");
  const hasMarks = trimmed.some(({ kind, raw }) => kind === "number" || "_+#".includes(raw));
  return hasLetters && hasMarks ? { text } : undefined;
}

/** What of a question codes are compared with. */
export interface Coded {
  readonly codes: readonly Code[];
  readonly vocabulary: Vocabulary;
}

/** True when each question has a code that the other has not. */
export function codesDiffer(asked: Coded, stored: Coded): boolean {
  return hasOwn(asked, stored) && hasOwn(stored, asked);
}

function hasOwn({ codes }: Coded, other: Coded): boolean {
  const others = new Set(other.codes.map(({ text }) => text));
  return codes.some(({ text }) => !others.has(text) && !other.vocabulary.forms.has(text));
}
