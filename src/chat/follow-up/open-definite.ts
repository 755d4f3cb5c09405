import type { Lexicon } from "./lexicon.ts";
import { bare, type HistoryReading } from "./names.ts";
import { isContent, type QuestionReading } from "./read-question.ts";
import { lowerAt, type Word } from "./read-words.ts";

interface Definite {
  readonly words: readonly Word[];
  /** The next word of the sentence; empty at its end. */
  readonly after: string;
}

/**
 * Finds a definite noun that the question does not specify: "the album", "the second trial", "how does the
 * drawing work?".
 *
 * @returns the cue's name
 */
export function findOpenDefinite(
  question: QuestionReading,
  history: HistoryReading,
): string | undefined {
  for (const definite of readDefinites(question)) {
    const cue = openDefinite(definite, question, history);
    if (cue !== undefined) return cue;
  }
  return undefined;
}

function readDefinites({ words, lexicon }: QuestionReading): Definite[] {
  return words.flatMap(({ lower }, index) => {
    if (!lexicon.words.definiteArticles.has(lower)) return [];
    const phrase = readPhrase(words, index + 1, lexicon);
    const named = phrase.some(({ capital, lower }) => capital || /\p{N}/u.test(lower));
    if (phrase.length === 0 || named) return [];
    const ends = phrase.at(-1)?.closes === true;
    return [{ words: phrase, after: ends ? "" : lowerAt(words, index + 1 + phrase.length) }];
  });
}

function readPhrase(words: readonly Word[], start: number, lexicon: Lexicon): readonly Word[] {
  let end = start;
  while (end < words.length && words[end - 1]?.closes === false) {
    const lower = lowerAt(words, end);
    if (!isContent(lower, lexicon) && !lexicon.words.lightNouns.has(lower)) break;
    end += 1;
  }
  return words.slice(start, end);
}

function openDefinite(
  definite: Definite,
  question: QuestionReading,
  history: HistoryReading,
): string | undefined {
  const { words, after } = definite;
  const { complements, generalWords } = question.lexicon.words;
  if (lacksRelation(definite, question)) return "relation";
  if (complements.has(after) || isSuperlativeOfSome(words, question)) return undefined;
  const isGeneral = ({ lower }: Word) =>
    generalWords.has(lower) || !isContent(lower, question.lexicon);
  if (words.every(isGeneral)) return "definite";
  return question.names.any ? undefined : openWithoutName(definite, question, history);
}

/** "The impact on biology" does not say the impact of what. */
function lacksRelation({ words, after }: Definite, { names, lexicon }: QuestionReading): boolean {
  const { relationalNouns, relationalComplements } = lexicon.words;
  const head = words.at(-1)?.lower ?? "";
  return !names.any && relationalNouns.has(head) && relationalComplements.has(after);
}

function openWithoutName(
  { words, after }: Definite,
  question: QuestionReading,
  history: HistoryReading,
): string | undefined {
  const { ordinals } = question.lexicon.words;
  if (after === "" && words.some(({ lower }) => ordinals.has(lower))) return "ordinal";
  if (question.ofAsker) return undefined;
  if (isWholeTopic(words, question)) return "definite";
  const isKnown = ({ lower }: Word) => history.vocabulary().has(bare(lower));
  return words.some(isKnown) ? "definite-known" : undefined;
}

/** "The best way to tackle stage fright" specifies itself. */
function isSuperlativeOfSome(words: readonly Word[], question: QuestionReading): boolean {
  const { words: classes, suffixes } = question.lexicon;
  const superlative = words.some(
    ({ lower }) => classes.superlatives.has(lower) || lower.endsWith(suffixes.superlative),
  );
  if (!superlative) return false;
  return (
    question.specific.length > 1 ||
    question.words.some(({ lower }) => classes.relationalComplements.has(lower))
  );
}

/** "How does the drawing work?" has nothing but the definite noun. "What is the GST?" asks for its meaning. */
function isWholeTopic(words: readonly Word[], { specific, words: all, lexicon }: QuestionReading) {
  const asksWhatItIs =
    lexicon.words.questionWords.has(lowerAt(all, 0)) &&
    lexicon.words.copulas.has(lowerAt(all, 1)) &&
    words.length > 1;
  return words.length <= 2 && !asksWhatItIs && specific.every((word) => words.includes(word));
}
