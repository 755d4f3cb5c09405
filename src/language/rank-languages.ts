import { eld } from "eld/small";
import { languagesWith } from "./sentence-words.ts";

/** Bonus of a frequent word for the score of 0 to 1, and the maximum number of words that count. */
const WORD_BONUS = 0.08;
const MOST_WORDS = 4;
/** This count of frequent words, with this lead over the next language, decides without letter statistics. */
const ENOUGH_WORDS = 1.8;
const CLEAR_LEAD = 1.2;
/** Minimum lead of the best score; larger if the text has no frequent word. */
const MARGIN = 0.02;
const MARGIN_WITHOUT_WORDS = 0.05;

/** Scores by language. */
export type LanguageScores = ReadonlyMap<string, number>;

/** The language with a clear lead; undefined if there is none. */
export function leadingLanguage(text: string, words: readonly string[]): string | undefined {
  const counts = countWords(words);
  const [byWords, nextByWords] = firstTwo(counts);
  const lead = byWords.score - nextByWords.score;
  if (byWords.score >= ENOUGH_WORDS && lead >= CLEAR_LEAD) return byWords.language;
  const [best, next] = firstTwo(addStatistics(text, counts));
  const margin = counts.has(best.language) ? MARGIN : MARGIN_WITHOUT_WORDS;
  return best.score - next.score >= margin ? best.language : undefined;
}

/** Scores languages by letter statistics and frequent words. */
export function scoreLanguages(text: string, words: readonly string[]): LanguageScores {
  return addStatistics(text, countWords(words));
}

/** A word that several languages share counts less. */
function countWords(words: readonly string[]): LanguageScores {
  const counts = new Map<string, number>();
  for (const word of words) {
    const languages = languagesWith(word);
    const weight = 1 / Math.sqrt(languages.length);
    for (const language of languages) counts.set(language, (counts.get(language) ?? 0) + weight);
  }
  return counts;
}

function addStatistics(text: string, counts: LanguageScores): LanguageScores {
  const scores = new Map(Object.entries(eld.detect(text).getScores()));
  for (const [language, count] of counts) {
    const bonus = WORD_BONUS * Math.min(count, MOST_WORDS);
    scores.set(language, (scores.get(language) ?? 0) + bonus);
  }
  return scores;
}

interface Scored {
  readonly language: string;
  readonly score: number;
}

function firstTwo(scores: LanguageScores): readonly [Scored, Scored] {
  let best: Scored = { language: "", score: 0 };
  let next = best;
  for (const [language, score] of scores) {
    if (score > best.score) [best, next] = [{ language, score }, best];
    else if (score > next.score) next = { language, score };
  }
  return [best, next];
}
