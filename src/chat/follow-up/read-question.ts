import type { Lexicon } from "./lexicon.ts";
import { readNames, type Names } from "./names.ts";
import { lowOf, type ReadWords, type Word } from "./read-words.ts";

/** Input of the rules. */
export interface QuestionReading {
  readonly lexicon: Lexicon;
  /** The text as written. */
  readonly text: string;
  readonly words: readonly Word[];
  /** The words in lower case, separated by single spaces. */
  readonly low: string;
  readonly names: Names;
  /** The content words. */
  readonly content: readonly Word[];
  /** The content words that are a topic. */
  readonly specific: readonly Word[];
  /** "I", "my", "we": the question is about the asker and not the conversation. */
  readonly ofAsker: boolean;
}

const NUMBER = /^\p{N}+$/u;

/** Analyses a message, without greetings and fillers before the question. */
export function readQuestion(reading: ReadWords, lexicon: Lexicon): QuestionReading {
  const { text, words: all } = reading;
  const words = dropFillers(calm(all), lexicon);
  const content = words.filter(({ lower }) => isContent(lower, lexicon) && !NUMBER.test(lower));
  const { generalWords } = lexicon.words;
  return {
    lexicon,
    text,
    words,
    low: words === all ? reading.low : lowOf(words),
    names: readNames(text, words, lexicon),
    content,
    specific: content.filter(
      ({ lower }) => !generalWords.has(lower) && !lower.endsWith(lexicon.suffixes.superlative),
    ),
    ofAsker: words.some((word, index) => isOfAsker(word, words[index - 1], lexicon)),
  };
}

/** True for a content word of the language. */
export function isContent(lower: string, lexicon: Lexicon): boolean {
  return !lexicon.words.functionWords.has(lower);
}

/** Above this share of capitals a text is a heading or shouted, and capitals are ignored. */
const MOST_CAPITALS = 0.7;

function calm(words: readonly Word[]): readonly Word[] {
  const capitals = words.filter(({ capital }) => capital).length;
  if (capitals <= words.length * MOST_CAPITALS) return words;
  return words.map((word) => ({ ...word, capital: false, code: false }));
}

const MAX_FILLERS = 4;

function dropFillers(words: readonly Word[], { words: { fillers } }: Lexicon): readonly Word[] {
  let count = 0;
  while (count < MAX_FILLERS && fillers.has(words[count]?.lower ?? "")) count += 1;
  const [first, ...rest] = words.slice(count);
  if (first === undefined || count === 0 || !(first.opens || first.comma)) return words;
  return [{ ...first, opens: true }, ...rest];
}

/** "Tell me" is not about the asker. */
function isOfAsker(word: Word, before: Word | undefined, { words }: Lexicon): boolean {
  if (!words.firstPerson.has(word.lower)) return false;
  return before === undefined || !words.askingVerbs.has(before.lower);
}
