import type { Lexicon } from "../follow-up/lexicon.ts";
import { readWords } from "../follow-up/read-words.ts";
import { fittingLexicons } from "../follow-up/lexicon.ts";
import { LRUCache } from "lru-cache";
import { classifyPrivate } from "../classify-private.ts";
import { readGiven } from "./given-text.ts";
import { recogniseTask, SHORT_CUES } from "./recognise-task.ts";
import { asks, lowWords, readSentences, type Sentence } from "./sentences.ts";

/**
 * What an earlier message of the user leaves behind for the questions after it. `instruction`: how to
 * answer; `directive`: asks nothing and speaks to the assistant, so it may be an instruction; `topic`,
 * `supposition`, `pasted` and `fact`: what the answers depend on; `statement`: asks nothing, in a sentence
 * that no rule knows; `choice`: a few words that answer or pick something; `remark`: a problem or a
 * wish, which belongs to its own thread.
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

/** A message of the user, read for what it leaves behind. */
export interface Said {
  readonly kind: SaidKind;
  readonly text: string;
  /** The sentence that decided it, without the words that did: the topic of a topic. */
  readonly rest: string;
  /** The sentence that decided it, as written: the instruction of an instruction. */
  readonly sentence: string;
  /** Whether it asks something beside. */
  readonly asks: boolean;
  /** Whether it says something of the asker beside. */
  readonly tells: boolean;
  /** Whether it is a plain statement: of the speaker, or of a word or two, and about no problem. */
  readonly isPlain: boolean;
  /** Whether it speaks of its speaker: "I", "our". */
  readonly isPersonal: boolean;
  /** Whether it says something of a thing of the speaker's: "our club is in Murcia". */
  readonly isOwn: boolean;
  /** Whether it supposes something, also where it asks: "what if the parcel is lost?". */
  readonly supposes: boolean;
}

/** The sentence that decided what a message is, and its words without those that did. */
type Setting = Pick<Said, "rest" | "sentence">;

const SETTINGS = ["instructions", "topics", "suppositions"] as const;
const KIND_OF = {
  instructions: "instruction",
  topics: "topic",
  suppositions: "supposition",
} as const;

/** Characters of an earlier message that are read. */
const READ = 2_000;
/** Readings that are kept: a conversation's messages are read again with each of its turns. */
const KEPT = 2_000;

const readings = new WeakMap<readonly Lexicon[], LRUCache<string, Said>>();

/** Reads a message of the user for what it leaves behind; the same message is read once. */
export function readSaid(message: string, lexicons: readonly Lexicon[]): Said {
  const text = message.slice(0, READ);
  const kept = readings.get(lexicons) ?? new LRUCache<string, Said>({ max: KEPT });
  readings.set(lexicons, kept);
  const known = kept.get(text);
  if (known !== undefined) return known;
  const said = readAnew(text, lexicons);
  kept.set(text, said);
  return said;
}

function readAnew(text: string, lexicons: readonly Lexicon[]): Said {
  const fitting = fittingLexicons(readWords(text), lexicons);
  const [lexicon] = fitting;
  const known = fitting.length === 0 ? lexicons : fitting;
  const sentences = readSentences(text);
  const tells = sentences.some(({ low }) =>
    known.some(({ conversation }) => conversation.facts.test(low)),
  );
  const isProblematic = isProblem(sentences, lexicon);
  const reading = {
    text,
    sentences,
    lexicons,
    known,
    asks: sentences.some((sentence) => asks(sentence, lexicon)),
    tells,
    isProblematic,
  };
  return {
    text,
    ...findKind(reading),
    asks: reading.asks,
    tells,
    isPlain: !isProblematic && isOfSpeaker(text, lexicon),
    isPersonal: hasFirstPerson(text, known),
    isOwn: sentences.some(({ low }) => isOwn(low, known)),
    supposes: sentences.some(({ low }) =>
      known.some(({ conversation }) => conversation.suppositions.test(low)),
    ),
  };
}

interface Reading {
  readonly text: string;
  readonly sentences: readonly Sentence[];
  /** All languages, and those that fit the text. */
  readonly lexicons: readonly Lexicon[];
  readonly known: readonly Lexicon[];
  readonly asks: boolean;
  readonly tells: boolean;
  readonly isProblematic: boolean;
}

function findKind(reading: Reading): Pick<Said, "kind" | keyof Setting> {
  const { text, sentences, lexicons, known } = reading;
  const whole = { rest: text, sentence: text };
  const task = recogniseTask(text, lexicons);
  if (task !== undefined && !(SHORT_CUES.has(task) && isPasted(text, sentences, known))) {
    return { kind: "task", ...whole };
  }
  const setting = findSetting(sentences, reading.asks, known);
  if (setting !== undefined) return setting;
  return { kind: findOther(reading), ...whole };
}

function findOther(reading: Reading): SaidKind {
  const { text, sentences, lexicons, known } = reading;
  if (classifyPrivate(text, lexicons) === "small-talk") return "small-talk";
  if (isPasted(text, sentences, known)) return "pasted";
  if (reading.asks) return "question";
  if (wishes(sentences, known)) return "instruction";
  if (reading.isProblematic) return "remark";
  return reading.tells ? "fact" : findUnknown(text, sentences, known);
}

/** "Our club is in Murcia": a sentence about something of the speaker's. */
function isOwn(low: string, lexicons: readonly Lexicon[]): boolean {
  return (
    low.split(" ").length >= SENTENCE_WORDS &&
    lexicons.some((lexicon) => beginningOf(lexicon).test(low))
  );
}

const beginnings = new WeakMap<Lexicon, RegExp>();

/** The words for "my" at a beginning, compiled once for a language. */
function beginningOf(lexicon: Lexicon): RegExp {
  const known = beginnings.get(lexicon);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${lexicon.persons.possessives.source})(?!\\p{L})`, "u");
  beginnings.set(lexicon, made);
  return made;
}

/** "I want answers in one line": a wish for the answers themselves. */
function wishes(sentences: readonly Sentence[], lexicons: readonly Lexicon[]): boolean {
  return sentences.some(({ low }) =>
    lexicons.some(({ conversation }) => conversation.wishes.test(low)),
  );
}

/** What asks nothing and is not known by its words is told apart by whom it speaks to. */
function findUnknown(
  text: string,
  sentences: readonly Sentence[],
  lexicons: readonly Lexicon[],
): SaidKind {
  const [first] = wordsBehindOpening(text, lexicons);
  const speaksOfItself = first === undefined || isFirstPerson(first, lexicons);
  // "Prices without tax please, I'm a shop": one clause speaks to the assistant, another of its speaker.
  const clauses = sentences
    .flatMap(({ text: sentence }) => sentence.split(/[,;，]\s*/u))
    .map(lowWords);
  const speaksToAssistant = clauses.some((low) =>
    lexicons.some(({ conversation }) => conversation.directed.test(low)),
  );
  if (speaksToAssistant && !speaksOfItself) return "directive";
  if (beginsWithThanks(text, lexicons)) return "small-talk";
  return lexicons.some((lexicon) => isSentence(text, lexicon)) ? "statement" : "choice";
}

/** Most words behind the thanks that still say nothing else: "thanks, that solved it". */
const THANKS_WORDS = 5;

function beginsWithThanks(text: string, lexicons: readonly Lexicon[]): boolean {
  const [clause = "", ...rest] = text.split(/[,.!;–—。！，]\s*/u);
  const words = readWords(rest.join(" "));
  if (words.length > THANKS_WORDS || classifyPrivate(clause, lexicons) !== "small-talk")
    return false;
  return !hasFirstPerson(rest.join(" "), lexicons);
}

function hasFirstPerson(text: string, lexicons: readonly Lexicon[]): boolean {
  return readWords(text).some(({ lower }) => isFirstPerson(lower, lexicons));
}

/** "I", and "I'm" and the like. */
function isFirstPerson(lower: string, lexicons: readonly Lexicon[]): boolean {
  const [pronoun = ""] = lower.split("'");
  return lexicons.some(
    ({ words: { firstPerson } }) => firstPerson.has(lower) || firstPerson.has(pronoun),
  );
}

/** The words behind greetings and reactions: "hi, …", "no, …". */
function wordsBehindOpening(text: string, lexicons: readonly Lexicon[]): readonly string[] {
  const words = readWords(text).map(({ lower }) => lower);
  const opens = (word: string) =>
    lexicons.some((one) => one.words.fillers.has(word) || one.smallTalk.core.has(word));
  const start = words.findIndex((word) => !opens(word));
  return start === -1 ? [] : words.slice(start);
}

/** Least share of grammar in a sentence; what has less is a list of keywords, as in a search. */
const SENTENCE_SHARE = 0.25;
/** Fewest words of a sentence that can change later answers, and of these words of content. */
const SENTENCE_WORDS = 4;
const SENTENCE_CONTENT = 2;

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{4}/u;

function isSentence(text: string, lexicon: Lexicon): boolean {
  const words = readWords(text);
  if (lexicon.unspaced) return UNSPACED.test(text);
  if (words.length < SENTENCE_WORDS) return false;
  if (/^[^\s:]+(?: [^\s:]+)?: \S/u.test(text)) return true;
  const grammar = words.filter(({ lower }) => lexicon.words.functionWords.has(lower)).length;
  return grammar >= words.length * SENTENCE_SHARE && words.length - grammar >= SENTENCE_CONTENT;
}

/** A supposition that asks by itself has had its answer. */
function findSetting(
  sentences: readonly Sentence[],
  asked: boolean,
  lexicons: readonly Lexicon[],
): ({ kind: SaidKind } & Setting) | undefined {
  for (const { conversation } of lexicons) {
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

/** `[notes.pdf]`, code or settings in several lines, a text announced and given. */
function isPasted(
  text: string,
  sentences: readonly Sentence[],
  lexicons: readonly Lexicon[],
): boolean {
  if (/^\s*\[[^\]]{3,}\]\s*$/u.test(text)) return true;
  if (/\n/.test(text.trim()) && /[{}=();]|::|^\s{2,}/mu.test(text)) return true;
  const announced = lexicons.some(({ conversation }) =>
    sentences.some(({ low }) => conversation.pasted.test(low)),
  );
  if (announced || QUOTED_BEHIND_COLON.test(text)) return true;
  return readGiven(text).kind === "block" && text.length > 400;
}

/** Fewer words make a statement that only says a number or a choice: "four of us". */
const BRIEF = 4;

function isOfSpeaker(text: string, lexicon: Lexicon | undefined): boolean {
  const [first, ...more] = readWords(text);
  if (first === undefined || more.length < BRIEF) return true;
  const { firstPerson, introducers } = lexicon?.words ?? {};
  return firstPerson?.has(first.lower) === true && introducers?.has(first.lower) !== true;
}

function isProblem(sentences: readonly Sentence[], lexicon: Lexicon | undefined): boolean {
  return sentences.some(({ low }) => lexicon?.conversation.problems.test(low) === true);
}
