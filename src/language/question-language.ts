import { LRUCache } from "lru-cache";
import { detectLanguage, languageToCompareIn } from "./detect-language.ts";

/** Questions whose language is kept: stored ones are compared again and again. */
const KEPT = 1_024;
/** Longer questions are read anew each time, in characters. */
const LONGEST_KEPT = 2_000;

/** The language of a question. */
export interface QuestionLanguage {
  /** A BCP 47 code; undefined when it cannot be told. */
  readonly detected: string | undefined;
  /** What the scope and the guards go by; see `languageToCompareIn`. */
  readonly compared: string;
}

/** Reads the language of a question; `locale` is the request's, if it gave one. */
export type ReadLanguage = (question: string, locale?: string) => QuestionLanguage;

/**
 * @param defaultLanguage that of questions which are too short to tell, if the request has no locale;
 *   undefined: they have none
 */
export function createReadLanguage(defaultLanguage: string | undefined): ReadLanguage {
  const kept = new LRUCache<string, QuestionLanguage>({ max: KEPT });
  const read = (question: string, expected: string | undefined): QuestionLanguage => {
    const detected = detectLanguage(question);
    return { detected, compared: detected ?? languageToCompareIn(question, expected) };
  };
  return (question, locale) => {
    const expected = locale === undefined ? defaultLanguage : primaryLanguage(locale);
    if (question.length > LONGEST_KEPT) return read(question, expected);
    const key = `${expected} ${question}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const language = read(question, expected);
    kept.set(key, language);
    return language;
  };
}

/** `de-AT` is `de`. */
function primaryLanguage(locale: string): string {
  return locale.toLowerCase().split("-")[0] ?? locale;
}
