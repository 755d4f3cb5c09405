import { COMMON_WORDS } from "./common-words.ts";

/** This many frequent words of one language outweigh letters of another script: `What does 任せて mean?`. */
const WORDS_OF_A_SENTENCE = 2;

const LANGUAGES_OF = indexWords();

/** The distinct words of a text in lower case. For `l'abonnement`, only the known parts count. */
export function wordsOf(text: string): readonly string[] {
  const lower = text.toLowerCase().replace(/[\u2019\u02bc]/g, "'");
  const words = lower.match(/[\p{L}\p{M}]+(?:['-][\p{L}\p{M}]+)*/gu) ?? [];
  return [...new Set(words.flatMap((word) => (LANGUAGES_OF.has(word) ? [word] : split(word))))];
}

/** The languages in which this word is frequent. */
export function languagesWith(word: string): readonly string[] {
  return LANGUAGES_OF.get(word) ?? [];
}

/** True if the text has enough frequent words of one Latin-script language for a sentence. */
export function isSentence(words: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const language of words.flatMap(languagesWith)) {
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count >= WORDS_OF_A_SENTENCE);
}

function split(word: string): readonly string[] {
  return word.split(/['-]/);
}

function indexWords(): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const [language, words] of Object.entries(COMMON_WORDS)) {
    for (const word of words.split(" ")) {
      const known = index.get(word);
      if (known === undefined) index.set(word, [language]);
      else known.push(language);
    }
  }
  return index;
}
