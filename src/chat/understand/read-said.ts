import { classifyPrivate } from "../classify-private.ts";
import type { Lexicon } from "../follow-up/lexicon.ts";
import { asks, type Sentence } from "../follow-up/read-sentences.ts";
import { oncePerText, TextReading } from "../follow-up/read-text.ts";
import { lowWords, readWords } from "../follow-up/read-words.ts";
import { givenOf, recogniseTask, SHORT_CUES } from "./recognise-task.ts";

/**
 * What an earlier message of the user means for later questions. `instruction`: how to answer. `directive`: asks
 * nothing and addresses the assistant, so it may be an instruction. `topic`, `supposition`, `pasted` and `fact`:
 * answers depend on them. `statement`: asks nothing and matches no rule. `choice`: a few words that answer or
 * pick something. `remark`: a problem or wish within its own thread.
 */
export type SaidKind =
  | "question"
  | "small-talk"
  | "task"
  | "instruction"
  | "directive"
  | "topic"
  | "supposition"
  | "pasted"
  | "fact"
  | "statement"
  | "choice"
  | "remark";

/** An earlier message of the user, as read for later questions. */
export interface Said {
  readonly kind: SaidKind;
  readonly text: string;
  readonly reading: TextReading;
  /** The deciding sentence without the matched words: the subject of a topic. */
  readonly rest: string;
  /** The deciding sentence as written: the text of an instruction. */
  readonly sentence: string;
  /** Whether it also asks something. */
  readonly asks: boolean;
  /** Whether it also says something about the asker. */
  readonly tells: boolean;
  /** Whether it is a plain statement: about the speaker, or a word or two, and not about a problem. */
  readonly isPlain: boolean;
  /** Whether it mentions its speaker: "I", "our". */
  readonly isPersonal: boolean;
  /** Whether it is about something of the speaker's: "our club is in Murcia". */
  readonly isOwn: boolean;
  /** Whether it supposes something, even in a question: "what if the parcel is lost?". */
  readonly supposes: boolean;
}

/** The deciding sentence, and its words without the matched ones. */
type Setting = Pick<Said, "rest" | "sentence">;

const SETTINGS = ["instructions", "topics", "suppositions"] as const;
const KIND_OF = {
  instructions: "instruction",
  topics: "topic",
  suppositions: "supposition",
} as const;

/** Maximum characters read of an earlier message. */
const READ = 2_000;

/** Reads a message of the user for its meaning for later questions. */
export const readSaid = oncePerText((message: TextReading): Said => {
  const text = message.part(message.text.slice(0, READ));
  const { sentences, lexicon, known } = text;
  const tells = someSentence(sentences, known, "facts");
  const isProblematic = isProblem(sentences, lexicon);
  const asked = sentences.some((sentence) => asks(sentence, lexicon));
  return {
    text: text.text,
    reading: text,
    ...findKind({ text, asks: asked, tells, isProblematic }),
    asks: asked,
    tells,
    isPlain: !isProblematic && isOfSpeaker(text),
    isPersonal: hasFirstPerson(text),
    isOwn: sentences.some(({ low }) => isOwn(low, known)),
    supposes: someSentence(sentences, known, "suppositions"),
  };
});

/** Whether a sentence matches this kind in one of the languages. */
function someSentence(
  sentences: readonly Sentence[],
  lexicons: readonly Lexicon[],
  kind: "facts" | "suppositions" | "wishes" | "pasted",
): boolean {
  return sentences.some(({ low }) =>
    lexicons.some(({ conversation }) => conversation[kind].test(low)),
  );
}

interface Reading {
  readonly text: TextReading;
  readonly asks: boolean;
  readonly tells: boolean;
  readonly isProblematic: boolean;
}

function findKind(reading: Reading): Pick<Said, "kind" | keyof Setting> {
  const { text } = reading;
  const whole = { rest: text.text, sentence: text.text };
  const task = recogniseTask(text);
  if (task !== undefined && !(SHORT_CUES.has(task) && isPasted(text))) {
    return { kind: "task", ...whole };
  }
  const setting = findSetting(text, reading.asks);
  if (setting !== undefined) return setting;
  return { kind: findOther(reading), ...whole };
}

function findOther(reading: Reading): SaidKind {
  const { text } = reading;
  if (classifyPrivate(text) === "small-talk") return "small-talk";
  if (isPasted(text)) return "pasted";
  if (reading.asks) return "question";
  // "I want answers in one line": a wish for the answers themselves.
  if (someSentence(text.sentences, text.known, "wishes")) return "instruction";
  if (reading.isProblematic) return "remark";
  return reading.tells ? "fact" : findUnknown(text);
}

/** "Our club is in Murcia": a sentence about something of the speaker's. */
function isOwn(low: string, lexicons: readonly Lexicon[]): boolean {
  return (
    low.split(" ").length >= SENTENCE_WORDS &&
    lexicons.some((lexicon) => beginningOf(lexicon).test(low))
  );
}

const beginnings = new WeakMap<Lexicon, RegExp>();

/** Matches the words for "my" at a beginning; compiled once per language. */
function beginningOf(lexicon: Lexicon): RegExp {
  const known = beginnings.get(lexicon);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${lexicon.persons.possessives.source})(?!\\p{L})`, "u");
  beginnings.set(lexicon, made);
  return made;
}

/** Classifies a message that asks nothing and matches no rule by whom it addresses. */
function findUnknown(text: TextReading): SaidKind {
  const { sentences, known } = text;
  const [first] = wordsBehindOpening(text);
  const speaksOfItself = first === undefined || isFirstPerson(first, known);
  // "Prices without tax please, I'm a shop": one clause addresses the assistant, another is about the speaker.
  const clauses = sentences
    .flatMap(({ text: sentence }) => sentence.split(/[,;，]\s*/u))
    .map(lowWords);
  const speaksToAssistant = clauses.some((low) =>
    known.some(({ conversation }) => conversation.directed.test(low)),
  );
  if (speaksToAssistant && !speaksOfItself) return "directive";
  if (beginsWithThanks(text)) return "small-talk";
  return known.some((lexicon) => isSentence(text, lexicon)) ? "statement" : "choice";
}

/** Maximum words after thanks that still say nothing else: "thanks, that solved it". */
const THANKS_WORDS = 5;

function beginsWithThanks(text: TextReading): boolean {
  const [clause = "", ...rest] = text.text.split(/[,.!;–—。！，]\s*/u);
  const words = readWords(rest.join(" "));
  // Uses the languages of the whole message: a clause alone fits many.
  if (words.length > THANKS_WORDS || !isSmallTalk(clause, text)) return false;
  return !words.some(({ lower }) => isFirstPerson(lower, text.known));
}

function isSmallTalk(clause: string, text: TextReading): boolean {
  const own = new TextReading(clause, text.known, text.read);
  return classifyPrivate(own) === "small-talk";
}

function hasFirstPerson({ words, known }: TextReading): boolean {
  return words.some(({ lower }) => isFirstPerson(lower, known));
}

/** "I", and contractions such as "I'm". */
function isFirstPerson(lower: string, lexicons: readonly Lexicon[]): boolean {
  const [pronoun = ""] = lower.split("'");
  return lexicons.some(
    ({ words: { firstPerson } }) => firstPerson.has(lower) || firstPerson.has(pronoun),
  );
}

/** The words after greetings and reactions: "hi, …", "no, …". */
function wordsBehindOpening({ words: all, known }: TextReading): readonly string[] {
  const words = all.map(({ lower }) => lower);
  const opens = (word: string) =>
    known.some((one) => one.words.fillers.has(word) || one.smallTalk.core.has(word));
  const start = words.findIndex((word) => !opens(word));
  return start === -1 ? [] : words.slice(start);
}

/** Minimum share of function words in a sentence; with less, it is a list of search keywords. */
const SENTENCE_SHARE = 0.25;
/** Minimum words, and content words, of a sentence that can change later answers. */
const SENTENCE_WORDS = 4;
const SENTENCE_CONTENT = 2;

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{4}/u;

function isSentence({ text, words }: TextReading, lexicon: Lexicon): boolean {
  if (lexicon.unspaced) return UNSPACED.test(text);
  if (words.length < SENTENCE_WORDS) return false;
  if (/^[^\s:]+(?: [^\s:]+)?: \S/u.test(text)) return true;
  const grammar = words.filter(({ lower }) => lexicon.words.functionWords.has(lower)).length;
  return grammar >= words.length * SENTENCE_SHARE && words.length - grammar >= SENTENCE_CONTENT;
}

/** A supposition that is itself a question has already been answered. */
function findSetting(
  { sentences, known }: TextReading,
  asked: boolean,
): ({ kind: SaidKind } & Setting) | undefined {
  for (const { conversation } of known) {
    for (const setting of SETTINGS) {
      if (setting === "suppositions" && asked) continue;
      const found = sentences.find(({ low }) => conversation[setting].test(low));
      if (found === undefined) continue;
      const [first = found.text] = found.text.split(/[,;，、]/u);
      const low = lowWords(first) === "" ? found.low : lowWords(first);
      const rest = low.replace(conversation[setting], " ");
      return { kind: KIND_OF[setting], rest, sentence: found.text };
    }
  }
  return undefined;
}

/** "The rules are: “…”". */
const QUOTED_BEHIND_COLON = /[:：]\s*["“„«「][^"“”„«»「」]{20,}["“”»」]\s*$/u;
const NAMED_FILE = /^\s*\[[^\]]{3,}\]\s*$/u;
const CODE = /[{}=();]|::|^\s{2,}/mu;
/** A shorter block is only part of the question, in characters. */
const LONG_TEXT = 400;

/** `[notes.pdf]`, code or settings on several lines, or an announced text. */
function isPasted(reading: TextReading): boolean {
  const { text, sentences, known } = reading;
  if (NAMED_FILE.test(text)) return true;
  if (text.includes("\n") && /\n/.test(text.trim()) && CODE.test(text)) return true;
  if (someSentence(sentences, known, "pasted") || QUOTED_BEHIND_COLON.test(text)) return true;
  return text.length > LONG_TEXT && givenOf(reading).kind === "block";
}

/** A statement with at most this many words only gives a number or a choice: "four of us". */
const BRIEF = 4;

function isOfSpeaker({ words, lexicon }: TextReading): boolean {
  const [first] = words;
  if (first === undefined || words.length <= BRIEF) return true;
  const { firstPerson, introducers } = lexicon?.words ?? {};
  return firstPerson?.has(first.lower) === true && introducers?.has(first.lower) !== true;
}

function isProblem(sentences: readonly Sentence[], lexicon: Lexicon | undefined): boolean {
  return sentences.some(({ low }) => lexicon?.conversation.problems.test(low) === true);
}
