import { leadingLanguage, scoreLanguages } from "./rank-languages.ts";
import { readScript } from "./script-language.ts";
import { isSentence, wordsOf } from "./sentence-words.ts";
import { rememberByTenant } from "../operations/remember.ts";

/** Fewer letters that many languages write say too little: `API?`. */
const ENOUGH_LETTERS = /(?:\p{L}\P{L}*){6}/u;
const LETTER = /\p{L}/u;
const FEWEST_WORDS = 2;
/** A language this far behind the best one may still be that of a short text. */
const PLAUSIBLE = 0.12;
/** Read of a text, in characters: more adds time, not certainty. */
const MOST_READ = 2_000;
/** BCP 47 for a language that cannot be told. */
const UNDETERMINED = "und";

/**
 * The language of a text as a BCP 47 code; undefined when it cannot be told. Kana, Hangul and other
 * scripts of one language decide by themselves. Text in Latin, Cyrillic, Arabic or Devanagari letters
 * needs two words, six letters and a clear lead by letter statistics (eld) and frequent words. Measured
 * in docs/decisions/2026-11-29-language-of-a-question.md.
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
 * The language of a text that does not tell it: the expected one if the text may be of it, `und` otherwise,
 * which shares with no language.
 *
 * @param expected of the request's locale, or the service's default
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

/** Without addresses, paths and identifiers, which are in no language. */
function proseOf(text: string): string {
  const isCode = (word: string) => CODE_SIGN.test(word) && VISIBLE_ASCII.test(word);
  return text
    .slice(0, MOST_READ)
    .normalize("NFC")
    .split(/\s+/)
    .filter((word) => !isCode(word))
    .join(" ");
}

/** Questions whose language is kept: stored ones are compared again and again. */
const KEPT = 1_024;
/** Longer questions are read anew each time, in characters. */
const LONGEST_KEPT = 2_000;

/** The language of a question. */
export interface QuestionLanguage {
  /** A BCP 47 code; undefined when it cannot be told. */
  readonly detected: string | undefined;
  /** What the scope and the guards go by: its own, or else the expected one; see `expectedLanguage`. */
  readonly compared: string;
}

/**
 * Reads the language of a question; `locale` is the request's, if it gave one. What was read is remembered
 * for the tenant alone, and for nobody where none is named.
 */
export type ReadLanguage = (question: string, locale?: string, tenant?: string) => QuestionLanguage;

/**
 * @param defaultLanguage that of questions which are too short to tell, if the request has no locale;
 *   undefined: they have none
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

/** A question, and the language that it is taken for where its words do not tell. */
interface Expecting {
  readonly question: string;
  readonly expected: string | undefined;
}

/** `de-AT` is `de`. */
function primaryLanguage(locale: string): string {
  return locale.toLowerCase().split("-")[0] ?? locale;
}
