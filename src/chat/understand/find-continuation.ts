import type { ChatMessage } from "../../history/types.ts";
import { contentStems } from "../../language/words.ts";
import { classifyPrivate } from "../classify-private.ts";
import type { Lexicon } from "../follow-up/lexicon.ts";
import type { QuestionReading } from "../follow-up/read-question.ts";
import { asks, type Sentence } from "../follow-up/read-sentences.ts";
import type { TextReading } from "../follow-up/read-text.ts";
import { lowWords } from "../follow-up/read-words.ts";
import { readSaid } from "./read-said.ts";

/** Maximum words of a clause that only answers or names something: "Option A, and …". */
const FRAGMENT_WORDS = 4;
/** Minimum words of a statement. */
const STATEMENT_WORDS = 3;
/** Minimum topic words of a question that is complete without the preceding reaction. */
const COMPLETE_TOPIC = 3;

/** A message that looks like a complete question, in its conversation. */
export interface AskedAfter {
  readonly message: string;
  /** The message without leading greetings and topic shifts. */
  readonly question: TextReading;
  /** Whether one of these leaves the earlier topic. */
  readonly leavesTopic: boolean;
  readonly history: readonly ChatMessage[];
}

interface Reading extends AskedAfter {
  readonly lexicon: Lexicon;
  readonly sentences: readonly Sentence[];
  readonly reading: QuestionReading;
}

/** Cues and their rules; the first match is reported. */
const CUES: readonly (readonly [string, (asked: Reading) => boolean])[] = [
  ["answer", beginsWithAnswer],
  ["statement", beginsWithStatement],
  ["reaction", reacts],
  ["fragment", lacksVerb],
  ["lone-topic", hasLoneTopic],
  ["same-topic", staysOnTopic],
];

/**
 * Finds a sign that a complete question still continues the conversation: a leading answer, statement or
 * reaction, or the topic of the previous questions.
 *
 * @returns the cue's name
 */
export function findContinuation(asked: AskedAfter): string | undefined {
  const { lexicon, sentences } = asked.question;
  if (lexicon === undefined) return undefined;
  const reading = asked.question.question(lexicon);
  const read = { ...asked, lexicon, sentences, reading };
  return CUES.find(([, holds]) => holds(read))?.[0];
}

/** A statement before the question: "I just checked and there is swelling. What could it be?" */
function beginsWithStatement({ sentences, lexicon }: Reading): boolean {
  const [first, ...more] = sentences;
  if (first === undefined || more.length === 0 || lexicon.unspaced) return false;
  return !asks(first, lexicon) && first.low.split(" ").length >= STATEMENT_WORDS;
}

/** A leading answer: "Linux please, how do I …?" or "Linux. How do I …?" after "Are you on Linux or on Windows?". */
function beginsWithAnswer({ question, lexicon, history }: Reading): boolean {
  const [clause = "", ...rest] = question.text.split(/[,;:.!–—]\s|[，。！]/u);
  const low = lowWords(clause);
  if (rest.length === 0 || low === "" || low.split(" ").length > FRAGMENT_WORDS) return false;
  if (asks({ text: clause, low }, lexicon)) return false;
  if (classifyPrivate(question.part(clause)) !== undefined) return false;
  const said = new Set(history.slice(-2).flatMap(({ content }) => question.read(content).stems));
  return contentStems(clause).some((stem) => said.has(stem));
}

/** Maximum words of a question without a verb: "six of us, 7.30?". */
const VERBLESS_WORDS = 6;

function lacksVerb({ reading: { words, names, lexicon } }: Reading): boolean {
  if (!lexicon.grammar || names.any || words.length > VERBLESS_WORDS) return false;
  const { auxiliaries, questionWords, askingVerbs } = lexicon.words;
  return !words.some(({ lower }) =>
    [auxiliaries, questionWords, askingVerbs].some((known) => known.has(lower)),
  );
}

/** Maximum words and topic words of a question that the conversation may narrow. */
const LONE_TOPIC = { words: 6, topics: 1 };

/** A question with a single topic word: "Does melatonin help?", after questions on jet lag. */
function hasLoneTopic({ reading }: Reading): boolean {
  const { words, names, specific, ofAsker, lexicon } = reading;
  if (!lexicon.grammar || names.any || ofAsker) return false;
  return words.length <= LONE_TOPIC.words && specific.length <= LONE_TOPIC.topics;
}

/** Messages of the user that are searched for a topic, and maximum topic words of the question. */
const TOPIC = { messages: 3, words: 4 };

/**
 * A short question without its own name that repeats a word of the previous questions: "what are worker nodes?"
 * after "how do I update a worker node?". An identical question is not a continuation.
 */
function staysOnTopic({ question, reading, history, leavesTopic }: Reading): boolean {
  const { names, specific, lexicon } = reading;
  if (leavesTopic || !lexicon.grammar || names.any || specific.length > TOPIC.words) return false;
  const before = history
    .filter(({ role }) => role === "user")
    .map(({ content }) => question.read(content))
    .filter((message) => readSaid(message).kind !== "topic")
    .slice(-TOPIC.messages);
  const own = new Set(question.stems);
  const others = before.map(({ stems }) => stems).filter((stems) => !areSame(own, stems));
  const said = new Set(others.flat());
  return specific.some(({ lower }) => contentStems(lower).some((stem) => said.has(stem)));
}

function areSame(own: ReadonlySet<string>, stems: readonly string[]): boolean {
  return new Set(stems).size === own.size && stems.every((stem) => own.has(stem));
}

/** "Okay. What role will diet play?": both the reaction and the question refer to the answer. */
function reacts({ message, question, reading }: Reading): boolean {
  const opening = lowWords(message.slice(0, Math.max(0, message.length - question.text.length)));
  if (opening === "" || !/^(?:ok|okay|interesting|wow|hmm|oh|ah|really|i see)$/u.test(opening)) {
    return false;
  }
  const { names, specific } = reading;
  return !names.any && specific.length < COMPLETE_TOPIC;
}
