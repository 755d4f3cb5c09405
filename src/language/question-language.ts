import { rememberByTenant } from "../operations/remember-by-tenant.ts";
import { detectLanguage, expectedLanguage } from "./detect-language.ts";

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
