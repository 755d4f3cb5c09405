import type { AskLanguage } from "./ask-language.ts";
import type { Segment } from "./read-segments.ts";

/** How a sentence asks. */
export type AskKind = "question" | "request";

const ASKS = /[?？؟]["”’)\]*_]*$|^[¿]/u;
/** Punctuation of a statement, an announcement or an exclamation. */
const TELLS = /[.!:;,。！]["”’)\]*_]*$/u;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu;
const MOST_READ = 12;

/** The first words, in lower case. */
export function firstWords(text: string, most = MOST_READ): readonly string[] {
  const words: string[] = [];
  for (const match of text.matchAll(WORD)) {
    words.push(match[0].toLowerCase().replaceAll("’", "'"));
    if (words.length === most) break;
  }
  return words;
}

/**
 * Whether a sentence asks. It ends with a question mark, or it has no punctuation at the end and begins like a
 * question of the language, or it begins with a request verb.
 */
export function createAskFinder(
  languages: readonly AskLanguage[],
): (segment: Segment) => AskKind | undefined {
  return ({ text, isPasted }) => {
    if (isPasted) return undefined;
    if (ASKS.test(text)) return "question";
    const words = firstWords(text);
    if (!TELLS.test(text) && languages.some((language) => beginsQuestion(words, text, language)))
      return "question";
    return languages.some((language) => beginsRequest(words, language)) ? "request" : undefined;
  };
}

function withoutPolite(words: readonly string[], { politeWords }: AskLanguage): readonly string[] {
  const start = words.findIndex((word) => !politeWords.has(word));
  return start === -1 ? [] : words.slice(start);
}

function beginsQuestion(words: readonly string[], text: string, language: AskLanguage): boolean {
  const { questionWords, auxiliaries, questionEndings } = language;
  const [first = "", second = ""] = withoutPolite(words, language);
  if (questionWords.has(first) || questionWords.has(`${first} ${second}`)) return true;
  if ([...(questionEndings ?? [])].some((ending) => text.endsWith(ending))) return true;
  return auxiliaries.has(first) && second !== "" && second !== "not";
}

function beginsRequest(words: readonly string[], language: AskLanguage): boolean {
  const [first = ""] = withoutPolite(words, language);
  return language.requestWords.has(first);
}
