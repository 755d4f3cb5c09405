/** One word, number or sign of a question. */
export interface Token {
  readonly kind: "word" | "number" | "sign";
  /** As it was written, without accents. */
  readonly raw: string;
  /** Lower case, clitics dropped: `What's` is `what`. */
  readonly word: string;
  /** Base form: `enabled` and `enables` are one. */
  readonly key: string;
  /** No white space before it, and at most a hyphen. */
  readonly glued: boolean;
  readonly startsSentence: boolean;
}

export interface TokenRules {
  readonly clitics: readonly string[];
  baseForm(word: string): string;
}

/** Numbers with their signs inside, words with their apostrophes, any other sign alone. Each class begins with other characters, so this is linear. */
const TOKEN =
  /(?<number>\d+(?:[.,]\d+)*)|(?<word>[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*)|[^\s\p{L}\p{M}\d]/gu;
const APOSTROPHES = /[\u2018\u2019\u02bc\u0060\u00b4]/g;
const HYPHENS = new Set(["-", "\u2010", "\u2011", "\u2013", "\u2014"]);
const ACCENTS = /[\u0300-\u036f]/g;
const SENTENCE_ENDS = new Set([".", "?", "!", ":", ";", '"', "(", "\u201c", "-", "•"]);

/** The tokens of a question, in their order. Hyphens inside words are left out. */
export function tokenise(text: string, rules: TokenRules): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  let startsSentence = true;
  for (const match of cleanText(text).matchAll(TOKEN)) {
    const raw = match[0];
    const glued = match.index === end && match.index > 0;
    end = match.index + raw.length;
    if (glued && HYPHENS.has(raw)) continue;
    const kind = kindOf(match.groups);
    const word = kind === "word" ? withoutClitic(raw.toLowerCase(), rules.clitics) : raw;
    const key = kind === "word" ? rules.baseForm(word) : raw;
    tokens.push({ kind, raw, word, key, glued, startsSentence });
    startsSentence = kind === "sign" && (startsSentence || SENTENCE_ENDS.has(raw));
  }
  return tokens;
}

function kindOf(groups: Readonly<Record<string, string>> | undefined): Token["kind"] {
  if (groups?.["number"] !== undefined) return "number";
  return groups?.["word"] === undefined ? "sign" : "word";
}

/** One spelling for compatible forms. NFKC alone would make `10²` the number 102. */
function cleanText(text: string): string {
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, "^$&")
    .normalize("NFKD")
    .replace(ACCENTS, "")
    .normalize("NFC")
    .replace(APOSTROPHES, "'");
}

function withoutClitic(word: string, clitics: readonly string[]): string {
  const clitic = clitics.find((ending) => word.length > ending.length && word.endsWith(ending));
  return clitic === undefined ? word : word.slice(0, -clitic.length);
}

/** The word, number or sign there; empty past either end. */
export function wordAt(tokens: readonly Token[], index: number): string {
  return tokens[index]?.word ?? "";
}

/** The word, number or sign there when nothing but a hyphen parts it from the one before; else empty. */
export function gluedAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.glued === true ? token.word : "";
}

/** The base form there; empty past either end. */
export function keyAt(tokens: readonly Token[], index: number): string {
  return tokens[index]?.key ?? "";
}
