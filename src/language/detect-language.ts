import { leadingLanguage, scoreLanguages } from "./rank-languages.ts";
import { readScript } from "./script-language.ts";
import { isSentence, wordsOf } from "./sentence-words.ts";
import { rememberByTenant } from "../operations/remember.ts";

/** Minimum letters of a shared alphabet: `API?` is too short. */
const ENOUGH_LETTERS = /(?:\p{L}\P{L}*){6}/u;
const LETTER = /\p{L}/u;
const FEWEST_WORDS = 2;
/** A language within this distance of the best score remains plausible for a short text. */
const PLAUSIBLE = 0.12;
/** Maximum characters read; more adds time but no certainty. */
const MOST_READ = 2_000;
/** BCP 47 code of an undetermined language. */
const UNDETERMINED = "und";

/**
 * The language of a text as a BCP 47 code; undefined if it is unclear. Kana, Hangul and other scripts of one
 * language decide directly. Latin, Cyrillic, Arabic and Devanagari text needs two words, six letters and a clear
 * lead by letter statistics (eld) and frequent words. Measured in
 * docs/decisions/2026-11-29-language-of-a-question.md.
 */
export function detectLanguage(text: string): string | undefined {
  const read = proseOf(text);
  const words = wordsOf(read);
  const script = readScript(read);
  if (script.kind !== "words" && !isSentence(words)) {
    return script.kind === "language" ? script.language : undefined;
  }
  if (words.length < FEWEST_WORDS || !ENOUGH_LETTERS.test(read)) return undefined;
  return leadingLanguage(read, words);
}

/**
 * The fallback language of an unclear text: the expected one if the text may be in it, otherwise `und`, which
 * matches no other language.
 *
 * @param expected from the request's locale, or the service's default
 */
function expectedLanguage(text: string, expected: string | undefined): string {
  return expected !== undefined && mayBe(text, expected) ? expected : UNDETERMINED;
}

function mayBe(text: string, language: string): boolean {
  const read = proseOf(text);
  const script = readScript(read);
  if (script.kind === "undecided") return script.candidates.includes(language);
  if (script.kind === "language") return script.language === language;
  if (!LETTER.test(read)) return true;
  const scores = scoreLanguages(read, wordsOf(read));
  const own = scores.get(language);
  return own !== undefined && Math.max(...scores.values()) - own <= PLAUSIBLE;
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const CODE_SIGN = /[@\d_/\\]/;

/** Without URLs, paths and identifiers, which have no language. */
function proseOf(text: string): string {
  const isCode = (word: string) => CODE_SIGN.test(word) && VISIBLE_ASCII.test(word);
  return text
    .slice(0, MOST_READ)
    .normalize("NFC")
    .split(/\s+/)
    .filter((word) => !isCode(word))
    .join(" ");
}

/** Questions whose language is remembered: stored ones are compared repeatedly. */
const KEPT = 1_024;
/** Longer questions are not remembered, in characters. */
const LONGEST_KEPT = 2_000;

/** The language of a question. */
export interface QuestionLanguage {
  /** A BCP 47 code; undefined if it is unclear. */
  readonly detected: string | undefined;
  /** Language for scope and guards: the detected one, or else the fallback; see `expectedLanguage`. */
  readonly compared: string;
}

/**
 * Reads the language of a question. `locale` is the request's, if given. Results are remembered per tenant, and
 * not at all without a tenant.
 */
export type ReadLanguage = (question: string, locale?: string, tenant?: string) => QuestionLanguage;

/**
 * @param defaultLanguage language of questions that are too short to detect, if the request has no locale.
 *   Undefined: none
 */
export function createReadLanguage(defaultLanguage: string | undefined): ReadLanguage {
  const read = rememberByTenant(
    ({ question, expected }: Expecting): QuestionLanguage => {
      const detected = detectLanguage(question);
      return { detected, compared: detected ?? expectedLanguage(question, expected) };
    },
    {
      max: KEPT,
      nameOf: ({ question, expected }) =>
        question.length > LONGEST_KEPT ? undefined : `${expected} ${question}`,
    },
  );
  return (question, locale, tenant) => {
    const expected = locale === undefined ? defaultLanguage : primaryLanguage(locale);
    return read({ question, expected }, tenant);
  };
}

/** A question and its fallback language. */
interface Expecting {
  readonly question: string;
  readonly expected: string | undefined;
}

/** `de-AT` becomes `de`. */
function primaryLanguage(locale: string): string {
  return locale.toLowerCase().split("-")[0] ?? locale;
}
