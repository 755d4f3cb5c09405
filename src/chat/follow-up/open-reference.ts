import type { ChatMessage } from "../../history/types.ts";
import type { Lexicon } from "./lexicon.ts";
import { bare, isPartOfName, NOTHING_SAID, readHistory, type HistoryReading } from "./names.ts";
import { findOpenDefinite } from "./open-definite.ts";
import { isContent, type QuestionReading } from "./read-question.ts";
import type { ReadText } from "./read-text.ts";
import { lowerAt, type Word } from "./read-words.ts";

type Rule = (question: QuestionReading, history: HistoryReading) => string | undefined;

/** Rules for a message in a conversation; each returns the cue of an open reference. */
const RULES: readonly Rule[] = [
  findOpenWord,
  askOfPast,
  takeUpName,
  findGeneralQuestion,
  findOpenDefinite,
  findSoleTopic,
];

/**
 * Finds other open references of a question: a continuation ("any other …"), an unspecified definite noun ("the
 * album"), an event in the past without a name, no topic of its own.
 *
 * @returns the cue's name
 */
export function findOpenReference(
  question: QuestionReading,
  messages: readonly ChatMessage[],
  readText: ReadText,
): string | undefined {
  const history = readHistory(messages, readText);
  for (const rule of RULES) {
    const cue = rule(question, history);
    if (cue !== undefined) return cue;
  }
  return undefined;
}

/**
 * Finds references that are open by the question's own words, in any conversation. Enough to refuse a rewriting
 * that still depends on the conversation.
 *
 * @returns the cue's name
 */
export function findOpenByItself(question: QuestionReading): string | undefined {
  return (
    findOpenWord(question) ??
    findGeneralQuestion(question) ??
    findOpenDefinite(question, NOTHING_SAID)
  );
}

function findOpenWord(question: QuestionReading): string | undefined {
  for (let index = 0; index < question.words.length; index += 1) {
    const cue = openWordAt(question, index);
    if (cue !== undefined) return cue;
  }
  return undefined;
}

function openWordAt(question: QuestionReading, index: number): string | undefined {
  if (asksForOthers(question, index)) return "other";
  if (pointsToPlace(question, index)) return "place";
  if (leavesKindOpen(question, index)) return "kind";
  return isOpenStandIn(question, index) ? "stand-in" : undefined;
}

/** "Any nearby bars?", "Did he stay there?". In "how many are there?" the word is not a reference. */
function pointsToPlace({ words, lexicon }: QuestionReading, index: number): boolean {
  const { places, endings, auxiliaries } = lexicon.words;
  const lower = lowerAt(words, index);
  if (places.has(lower)) return true;
  const before = words[index - 1]?.lower;
  if (before === undefined || auxiliaries.has(before)) return false;
  return endings.has(lower) && words[index]?.closes === true;
}

/** Maximum words of a beginning without anything for "other" to refer to. */
const LONG_BEGINNING = 8;

function asksForOthers({ words, lexicon }: QuestionReading, index: number): boolean {
  const { words: classes } = lexicon;
  const lower = lowerAt(words, index);
  const before = words[index - 1]?.lower;
  const open =
    classes.elsewhere.has(lower) ||
    (classes.others.has(lower) && (before === undefined || classes.otherAfter.has(before)));
  if (!open || words.some((word) => classes.comparedBy.has(word.lower))) return false;
  return index <= LONG_BEGINNING || !words.slice(0, index).some(({ comma }) => comma);
}

/** "Which type is better?" does not say which type of what. */
function leavesKindOpen({ words, lexicon }: QuestionReading, index: number): boolean {
  const { kindNouns, questionWords, auxiliaries } = lexicon.words;
  return (
    kindNouns.has(lowerAt(words, index)) &&
    questionWords.has(lowerAt(words, index - 1)) &&
    auxiliaries.has(lowerAt(words, index + 1))
  );
}

/** "Some popular ones", if no noun precedes it. */
function isOpenStandIn({ words, lexicon }: QuestionReading, index: number): boolean {
  if (!lexicon.words.standIns.has(lowerAt(words, index))) return false;
  let start = index;
  while (start > 0 && isContent(lowerAt(words, start - 1), lexicon)) start -= 1;
  if (start === index || !endsPhrase(words, index, lexicon)) return false;
  const { introducers } = lexicon.words;
  return !words
    .slice(0, start)
    .some(
      ({ lower }, place) => isContent(lower, lexicon) && introducers.has(lowerAt(words, place - 1)),
    );
}

function endsPhrase(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  return words[index]?.closes === true || !isContent(lowerAt(words, index + 1), lexicon);
}

/** "When was the album released?", "Did Ballmer leave?" after a conversation about Steve Ballmer. */
function askOfPast(question: QuestionReading, history: HistoryReading): string | undefined {
  const { names, ofAsker } = question;
  if (ofAsker || !asksOfPast(question)) return undefined;
  if (!names.any) return "past";
  const known = (run: readonly string[]) => history.vocabulary().has(bare(run[0] ?? ""));
  if (!names.whole && names.runs.some(known)) return "past-name";
  return undefined;
}

function asksOfPast({ words, lexicon }: QuestionReading): boolean {
  const { pastWords, auxiliaries, questionWords } = lexicon.words;
  const first = words.find(({ lower }) => auxiliaries.has(lower) || pastWords.has(lower));
  if (first !== undefined && pastWords.has(first.lower)) return true;
  const secondIsPast = words[1]?.lower.endsWith(lexicon.suffixes.past) === true;
  return secondIsPast && (first === undefined || questionWords.has(words[0]?.lower ?? ""));
}

function takeUpName(question: QuestionReading, history: HistoryReading): string | undefined {
  const partial = question.names.runs.some((run) => isPartOfName(run, history, question.lexicon));
  return partial ? "partial-name" : undefined;
}

/** "What are the main reasons?": no topic. */
function findGeneralQuestion(question: QuestionReading): string | undefined {
  const { names, content, specific, words, lexicon, ofAsker } = question;
  if (names.any) return undefined;
  if (specific.length === 0) return "general";
  if (ofAsker || content.length > 2) return undefined;
  const { auxiliaries, questionWords, askingVerbs } = lexicon.words;
  const asks = words.some(({ lower }) => auxiliaries.has(lower));
  const first = words[0]?.lower ?? "";
  return asks || questionWords.has(first) || askingVerbs.has(first) ? undefined : "fragment";
}

/**
 * A single topic word that is neither the subject nor the object of the question: "when should you consider
 * surgery?".
 */
function findSoleTopic(question: QuestionReading): string | undefined {
  const { names, ofAsker, specific, words } = question;
  const [topic] = specific;
  if (names.any || ofAsker || topic === undefined || specific.length > 1) return undefined;
  if (words.some(({ lower }) => /\p{N}/u.test(lower))) return undefined;
  return isPlaced(question, topic) || asksWhatItIs(question, topic) ? undefined : "sole-topic";
}

/** Whether the topic is the subject or has an article: "Does melatonin …", "a cold", "the trash". */
function isPlaced({ words, lexicon }: QuestionReading, topic: Word): boolean {
  const { auxiliaries, introducers, definiteArticles } = lexicon.words;
  const before = lowerAt(words, words.indexOf(topic) - 1);
  return [auxiliaries, introducers, definiteArticles].some((classes) => classes.has(before));
}

/** Whether the question asks what the topic is: "What causes earthquakes?", "Who is an editor?". */
function asksWhatItIs({ words, lexicon }: QuestionReading, topic: Word): boolean {
  const { questionWords, auxiliaries } = lexicon.words;
  if (!questionWords.has(lowerAt(words, 0))) return false;
  return words.indexOf(topic) === 2 || auxiliaries.has(lowerAt(words, 1));
}
