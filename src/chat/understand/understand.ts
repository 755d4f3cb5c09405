import type { ChatMessage } from "../../history/types.ts";
import { classifyPrivate, isBareName } from "../classify-private.ts";
import { recogniseFollowUp } from "../follow-up.ts";
import type { Lexicon } from "../follow-up/lexicon.ts";
import { asks } from "../follow-up/read-sentences.ts";
import type { TextReading } from "../follow-up/read-text.ts";
import { readContext, readInstructions, type ConversationContext } from "./conversation-context.ts";
import { findPersonalData } from "./personal-data.ts";
import { readSaid, type Said, type SaidKind } from "./read-said.ts";
import { recogniseTask } from "./recognise-task.ts";
import { findContinuation, type AskedAfter } from "./find-continuation.ts";

/** The kinds of messages. */
export const MESSAGE_KINDS = [
  "standalone-question",
  "follow-up",
  "context-setting",
  "task",
  "small-talk",
  "about-oneself",
] as const;
/** The kind of a message. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Why a message may not use the shared cache in its current form. */
export type HeldBack =
  | "follow-up-not-resolved"
  | "conversation-context"
  | "unknown-history"
  | "context-setting"
  | "task"
  | "small-talk"
  | "about-oneself"
  | "personal-data";

/** The classification of a message in its conversation. */
export interface Understanding {
  readonly kind: MessageKind;
  /** The rule that matched. */
  readonly cue: string;
  /** Undefined: positively recognised as a question that is complete by its words and about nobody in particular. */
  readonly heldBack: HeldBack | undefined;
  /** Whether its words alone are enough to understand it, shared or not. */
  readonly isComplete: boolean;
  /** The conversation's instructions on how to answer: part of the prompt and of the scope. */
  readonly instructions: readonly string[];
}

/** The known part of a conversation. */
export interface Conversation {
  /** Earlier messages, oldest first. */
  readonly history: readonly ChatMessage[];
  /** False if earlier messages could not be read. */
  readonly isKnown?: boolean | undefined;
}

/**
 * Classifies a message. It may use the shared cache (`heldBack` is undefined) only if it is positively
 * recognised as a standalone question and the conversation does not change its answer. If in doubt, it is held
 * back; so is a message after others in a language without a lexicon.
 */
export function understandMessage(message: TextReading, conversation: Conversation): Understanding {
  const own = readSaid(message);
  const said = readInstructions(conversation.history, message.read);
  const instructions = asksUnder(own) ? [...said, own.sentence] : said;
  const understood = understand(message, conversation);
  const isPrivate = instructions.some((text) => findPersonalData(message.read(text)) !== undefined);
  if (understood.heldBack === undefined && isPrivate) {
    return { ...understood, instructions, heldBack: "personal-data" };
  }
  return { ...understood, instructions };
}

/** Asks something and says how to answer. */
function asksUnder({ kind, asks: asked }: Said): boolean {
  return kind === "instruction" && asked;
}

function understand(message: TextReading, conversation: Conversation): Understanding {
  const { history } = conversation;
  const alone = understandAlone(message);
  // After other messages a bare name is an answer or a new topic: "Appalachian Mountains".
  if (alone?.kind === "small-talk" && history.length > 0 && isBareName(message)) {
    return followUp("bare-name");
  }
  if (alone !== undefined && alone.kind !== "about-oneself") return alone;
  const inPlace = understandInPlace(message, history);
  if (alone !== undefined) return { ...alone, isComplete: inPlace.isComplete };
  return holdBack(inPlace, message, conversation);
}

/** Reasons to bypass the shared cache for any kind of message. */
function holdBack(
  understood: Understanding,
  message: TextReading,
  { isKnown = true }: Conversation,
): Understanding {
  const personal = findPersonalData(message);
  if (personal !== undefined) return { ...understood, heldBack: "personal-data", cue: personal };
  if (isKnown || understood.heldBack !== undefined || isCertain(message)) return understood;
  return { ...understood, heldBack: "unknown-history" };
}

/** Maximum characters of a question; a longer message is a task on a text. */
const LONGEST_QUESTION = 8_000;

const NOTHING = { instructions: [], isComplete: false };

/** Classifies a message without its conversation. */
function understandAlone(message: TextReading): Understanding | undefined {
  const isLong = message.text.length > LONGEST_QUESTION;
  const task = isLong ? "long-text" : recogniseTask(message);
  if (task !== undefined) return { ...NOTHING, kind: "task", cue: task, heldBack: "task" };
  const kind = classifyPrivate(message);
  return kind === undefined ? undefined : { ...NOTHING, kind, cue: kind, heldBack: kind };
}

function understandInPlace(message: TextReading, history: readonly ChatMessage[]): Understanding {
  const opened = stripOpening(message);
  const { question } = opened;
  const hasHistory = history.some(({ role }) => role !== "system");
  const isFirst = !hasHistory || isFirstQuestion(question, history);
  const earlier = isFirst ? [] : beforeFirstAsked(question, history);
  const verdict = recogniseFollowUp(question, earlier);
  const setting = findSetting(message);
  if (setting !== undefined && (verdict.kind === "standalone" || setting !== "fact")) {
    return contextSetting(setting);
  }
  if (verdict.kind === "follow-up") return followUp(verdict.cue);
  if (isFirst) return standalone();
  return understandAfter({ message: message.text, ...opened, history });
}

function contextSetting(cue: string): Understanding {
  return { ...NOTHING, kind: "context-setting", cue, heldBack: "context-setting" };
}

/** Minimum words of a question that opens a conversation. */
const OPENING_WORDS = 4;

/** Whether only greetings, thanks and instructions precede a complete question. */
function isFirstQuestion(question: TextReading, history: readonly ChatMessage[]): boolean {
  const { words, lexicon, sentences, read } = question;
  if (words.length < OPENING_WORDS && lexicon?.unspaced !== true) return false;
  const opens = history
    .filter(({ role }) => role === "user")
    .every(({ content }) => OPENERS.has(readSaid(read(content)).kind));
  return (
    opens &&
    sentences.every((sentence) => asks(sentence, lexicon)) &&
    recogniseFollowUp(question, []).kind === "standalone"
  );
}

const OPENERS: ReadonlySet<SaidKind> = new Set<SaidKind>(["small-talk", "instruction"]);

/** Classifies a question that is complete by its words, after other messages. */
function understandAfter(asked: AskedAfter): Understanding {
  const { question, history } = asked;
  const lexicon = lexiconOf(question, history);
  if (lexicon === undefined) return followUp("unknown-language");
  const earlier = beforeFirstAsked(question, history);
  const goesOn =
    earlier.length === 0 ? undefined : findContinuation({ ...asked, history: earlier });
  if (goesOn !== undefined) return followUp(goesOn);
  if (!question.sentences.some((sentence) => asks(sentence, lexicon))) {
    return followUp("no-question");
  }
  const reading = question.question(lexicon);
  return standalone(readContext(reading, history, question.read, earlier.length));
}

/** A question repeated in the same words depends on what was said before its first occurrence. */
function beforeFirstAsked(
  { low, read }: TextReading,
  history: readonly ChatMessage[],
): readonly ChatMessage[] {
  const at = history.findIndex(({ role, content }) => role === "user" && read(content).low === low);
  return at === -1 ? history : history.slice(0, at);
}

/** @param context the part of the conversation that the question depends on, if any */
function standalone(context?: ConversationContext): Understanding {
  const cue = context?.cue;
  return {
    kind: "standalone-question",
    cue: cue ?? "complete",
    heldBack: cue === undefined ? undefined : "conversation-context",
    isComplete: true,
    instructions: [],
  };
}

function followUp(cue: string): Understanding {
  return { ...NOTHING, kind: "follow-up", cue, heldBack: "follow-up-not-resolved" };
}

/** The language of the message, or else of the conversation. */
function lexiconOf(question: TextReading, history: readonly ChatMessage[]): Lexicon | undefined {
  if (question.lexicon !== undefined) return question.lexicon;
  const before = history.filter(({ role }) => role === "user").map(({ content }) => content);
  return question.part(before.slice(-3).join(" ")).lexicon;
}

/** What the message sets for later questions, if it asks nothing itself. */
function findSetting(message: TextReading): string | undefined {
  const { kind, asks: asked } = readSaid(message);
  if (asked) return undefined;
  return kind === "instruction" ||
    kind === "topic" ||
    kind === "supposition" ||
    kind === "fact" ||
    kind === "pasted"
    ? kind
    : undefined;
}

/** Maximum number of skipped openings. */
const OPENINGS = 3;

/** Removes leading sentences that thank, greet or leave the earlier topic: they say nothing about the question. */
function stripOpening(message: TextReading): { question: TextReading; leavesTopic: boolean } {
  let question = message.text.trim();
  let leavesTopic = false;
  for (let step = 0; step < OPENINGS; step += 1) {
    const polite = dropSmallTalk(question, message);
    const shorter = dropShift(polite, message.lexicons);
    leavesTopic ||= shorter !== polite;
    if (shorter === question) break;
    question = shorter;
  }
  return { question: message.part(question), leavesTopic };
}

const FIRST_SENTENCE = /^[^.!?\n。！？]{1,60}[.!?\n。！？]+\s*(?=\S)/u;

function dropSmallTalk(text: string, message: TextReading): string {
  const first = FIRST_SENTENCE.exec(text)?.[0];
  if (first === undefined) return text;
  return classifyPrivate(message.part(first)) === "small-talk" ? text.slice(first.length) : text;
}

/** Fewer characters after a topic shift are not a question. */
const SHORTEST_REST = 8;

function dropShift(text: string, lexicons: readonly Lexicon[]): string {
  const low = text.toLowerCase();
  for (const { conversation } of lexicons) {
    const length = lengthAtStart(conversation.shifts, low);
    if (length === undefined) continue;
    const rest = text.slice(length).replace(/^[\s,.:;!…—–-]+/u, "");
    if (rest.length >= SHORTEST_REST) return rest;
  }
  return text;
}

/** Length of the match of a sticky pattern at the start of a text. */
function lengthAtStart(pattern: RegExp, text: string): number | undefined {
  pattern.lastIndex = 0;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** A question that names its topic, is not about a personal case, and has enough words of its own. */
function isCertain(message: TextReading): boolean {
  const { lexicon } = message;
  if (lexicon === undefined) return false;
  const question = message.question(lexicon);
  return (
    recogniseFollowUp(message, UNKNOWN_HISTORY).kind === "standalone" &&
    question.specific.length >= 2 &&
    !lexicon.conversation.ownCase.test(question.low)
  );
}

const UNKNOWN_HISTORY: readonly ChatMessage[] = [{ role: "user", content: "" }];
