import { isWithoutSpaces } from "./cut-words.ts";
import { foldText } from "./fold-text.ts";

/** A word, number or sign of a question. */
export interface Token {
  readonly kind: "word" | "number" | "sign";
  /** As written, without accents. */
  readonly raw: string;
  /** Lower case, clitics dropped: `What's` is `what`. */
  readonly word: string;
  /** Base form: `enabled` and `enables` are one. */
  readonly key: string;
  /** No white space before it, at most a hyphen. Always false for words of a script without spaces. */
  readonly glued: boolean;
  readonly startsSentence: boolean;
}

export interface TokenRules {
  readonly clitics: readonly string[];
  /** Words that are joined to the next one: the `l'` of `l'abonnement`. */
  readonly elisions: readonly string[];
  baseForm(word: string): string;
  /** Cuts text that has no spaces. */
  cut(word: string): readonly string[];
}

/**
 * Numbers with inner signs, words with apostrophes, or a single other sign. The alternatives begin with
 * different characters, so matching is linear.
 */
const TOKEN = /\d+(?:[.,]\d+)*|[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*|[^\s\p{L}\p{M}\d]/gu;
const NUMBER = /^\d/;
const WORD = /^[\p{L}\p{M}]/u;
const HYPHENS = new Set(["-", "\u2010", "\u2011", "\u2013", "\u2014"]);
const SENTENCE_ENDS = new Set([
  ".",
  "?",
  "!",
  ":",
  ";",
  '"',
  "(",
  "\u201c",
  "-",
  "•",
  "¿",
  "¡",
  "。",
]);

/** The tokens of a question, in order. Hyphens inside words are dropped. */
export function tokenise(text: string, rules: TokenRules): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  let startsSentence = true;
  for (const match of foldText(text).matchAll(TOKEN)) {
    const isGlued = match.index === end && match.index > 0;
    end = match.index + match[0].length;
    if (isGlued && HYPHENS.has(match[0])) continue;
    const kind = kindOf(match[0]);
    for (const written of writtenWords(kind, match[0], isGlued, rules)) {
      tokens.push({ kind, ...written, startsSentence });
      startsSentence = kind === "sign" && (startsSentence || SENTENCE_ENDS.has(written.raw));
    }
  }
  return tokens;
}

/** A word, number or sign, or the words of a text without spaces. */
function writtenWords(
  kind: Token["kind"],
  text: string,
  isGlued: boolean,
  rules: TokenRules,
): readonly Pick<Token, "raw" | "word" | "key" | "glued">[] {
  if (kind !== "word") return [{ raw: text, word: text, key: text, glued: isGlued }];
  const toWord = (raw: string, glued: boolean) => {
    const word = bare(raw.toLowerCase(), rules);
    return { raw, word, key: rules.baseForm(word), glued };
  };
  if (!isWithoutSpaces(text)) return [toWord(text, isGlued)];
  return rules.cut(text).map((raw) => toWord(raw, false));
}

function kindOf(text: string): Token["kind"] {
  if (WORD.test(text)) return "word";
  return NUMBER.test(text) ? "number" : "sign";
}

function bare(word: string, { clitics, elisions }: TokenRules): string {
  const clitic = clitics.find((ending) => word.length > ending.length && word.endsWith(ending));
  const rest = clitic === undefined ? word : word.slice(0, -clitic.length);
  if (!rest.includes("'")) return rest;
  const elision = elisions.find((start) => rest.length > start.length && rest.startsWith(start));
  return elision === undefined ? rest : rest.slice(elision.length);
}

/** The word, number or sign at this index; empty out of range. */
export function wordAt(tokens: readonly Token[], index: number): string {
  return tokens[index]?.word ?? "";
}

/** The word, number or sign at this index if at most a hyphen separates it from the previous one; otherwise empty. */
export function gluedAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.glued === true ? token.word : "";
}

/** The base form at this index; empty out of range. */
export function keyAt(tokens: readonly Token[], index: number): string {
  return tokens[index]?.key ?? "";
}
