import { createHash } from "node:crypto";
import type { Sampling } from "../models/types.ts";

/** The parts of a request in the scope, besides tenant and document filter. */
export type ScopeConditions = Pick<
  ScopeParts,
  "userId" | "profileHash" | "sampling" | "instructionsHash" | "locale" | "fieldsHash"
>;

/** Everything that an answer depends on besides the question. A missing part equals `undefined`. */
export interface ScopeParts {
  readonly tenant: string;
  /** Set only if the answer used the user's profile. */
  readonly userId?: string | undefined;
  /** Hash of that profile. */
  readonly profileHash?: string | undefined;
  /** The chat model's name. */
  readonly model: string;
  /** Provider, address and settings of the model. */
  readonly modelFingerprint: string;
  readonly sampling?: Sampling | undefined;
  readonly promptHash: string;
  /** Hash of the client's instructions. */
  readonly instructionsHash?: string | undefined;
  readonly embedderId: string;
  readonly dimensions: number;
  /** Language of the question as a BCP 47 code; `und` if undecided. */
  readonly language: string;
  /** The document filter. Empty differs from none. Order and duplicates do not matter. */
  readonly documentIds?: readonly string[] | undefined;
  readonly locale?: string | undefined;
  /** Hash of passed-through fields, such as offered tools. */
  readonly fieldsHash?: string | undefined;
}

/**
 * Scope tag of a cached answer or lookup: 32 characters of `[a-z0-9]`, from a SHA-256 of the parts as an
 * unambiguous JSON list (missing parts are `null`).
 */
export function buildScope(parts: ScopeParts): string {
  const { sampling, documentIds } = parts;
  const canonical = JSON.stringify([
    parts.tenant,
    parts.userId,
    parts.profileHash,
    parts.model,
    parts.modelFingerprint,
    [sampling?.temperature, sampling?.topP, sampling?.maxTokens],
    parts.promptHash,
    parts.instructionsHash,
    parts.embedderId,
    parts.dimensions,
    documentIds && [...new Set(documentIds)].sort(),
    parts.locale,
    parts.language,
    // Last and only if set, so that scopes without it keep their tag.
    ...(parts.fieldsHash === undefined ? [] : [parts.fieldsHash]),
  ]);
  return createHash("sha256").update(canonical).digest("hex").slice(0, 32);
}

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
