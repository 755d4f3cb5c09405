import type { ChatMessage } from "../../history/types.ts";
import { contentStems } from "../../language/words.ts";
import type { Lexicon } from "../follow-up/lexicon.ts";
import type { QuestionReading } from "../follow-up/read-question.ts";
import type { ReadText } from "../follow-up/read-text.ts";
import { readSaid, type Said, type SaidKind } from "./read-said.ts";

/** The part of a conversation that a question depends on. */
export interface ConversationContext {
  /** Why the question's words alone are not enough; undefined if they are. */
  readonly cue: string | undefined;
  /** The messages it may depend on. */
  readonly needs: readonly string[];
}

/** Maximum messages of the user that are read, newest first. */
const READ = 20;

/** What was said, with the index of its message. */
type PlacedSaid = Said & { readonly at: number };

function readAllSaid(history: readonly ChatMessage[], read: ReadText): PlacedSaid[] {
  const said = history.flatMap(({ role, content }, at) =>
    role === "user" ? [{ ...withPlace(readSaid(read(content)), history, at), at }] : [],
  );
  return said.slice(-READ);
}

/**
 * A message that matches no rule sets the context if it opens the conversation; later it is a remark: "add that
 * too please", "fine, he is only here at weekends". A few words are a choice only after other messages: a
 * conversation may open with keywords.
 */
function withPlace(said: Said, history: readonly ChatMessage[], at: number): Said {
  const opens = history.slice(0, at).every(({ role }) => role === "system");
  if (opens) return said.kind === "choice" ? { ...said, kind: "remark" } : said;
  if (said.kind === "statement") return { ...said, kind: said.isOwn ? "fact" : "remark" };
  return said.kind === "directive" ? { ...said, kind: "remark" } : said;
}

/** Messages that say how to answer, oldest first. They apply while they are in the window. */
export function readInstructions(
  history: readonly ChatMessage[],
  read: ReadText,
): readonly string[] {
  const said = readAllSaid(history, read);
  return said.filter(({ kind }) => INSTRUCTIONS.has(kind)).map(({ text }) => text);
}

const INSTRUCTIONS: ReadonlySet<SaidKind> = new Set<SaidKind>(["instruction", "directive"]);

/**
 * Decides whether earlier messages may change the answer to a complete question. A fact about the asker, a
 * topic, a supposition or a pasted text does, unless the question restates it: it has the topic's words, or a
 * name of its own and is not about the asker. A remark changes only questions of its thread or about the asker.
 *
 * @param askedAt index of an earlier message with the same question; later information may be the reason to ask
 *   again
 */
export function readContext(
  question: QuestionReading,
  history: readonly ChatMessage[],
  read: ReadText,
  askedAt = history.length,
): ConversationContext {
  const said = readAllSaid(history, read);
  const needed = said.filter(
    (one, index) =>
      matters(one, question, index === 0) || (one.at > askedAt && !SAYS_NOTHING.has(one.kind)),
  );
  return { cue: needed.at(-1)?.kind, needs: needed.map(({ text }) => text) };
}

const SAYS_NOTHING: ReadonlySet<SaidKind> = new Set<SaidKind>([
  "question",
  "small-talk",
  "task",
  "instruction",
  "directive",
]);

type Rule = (said: Said, question: QuestionReading, opens: boolean) => boolean;

const never: Rule = () => false;

/** Whether a message may change the answer, by its kind. */
const RULES: Readonly<Record<SaidKind, Rule>> = {
  instruction: never,
  directive: never,
  "small-talk": never,
  task: never,
  supposition: () => true,
  topic: (said, question) => !restates(question, contentStems(said.rest)),
  pasted: (said, question) => !hasOwnName(question, said),
  fact: (said, question) => !isBeyond(question, said),
  statement: (said, question) => !isBeyond(question, said),
  choice: (said, question) => !isBeyond(question, said),
  question: (said, question) =>
    (said.tells && speaksOfOwnCase(question)) || (said.supposes && isConditional(question)),
  remark: (said, question, opens) =>
    opens && said.isPlain ? !hasOwnName(question, said) : isSameThread(question, said),
};

/** @param opens whether the message is the first known one of the conversation */
function matters(said: Said, question: QuestionReading, opens: boolean): boolean {
  return RULES[said.kind](said, question, opens);
}

/** Minimum topic words of a question that does not depend on messages in other words: about the asker, or not. */
const RICH_TOPIC = { personal: 4, impersonal: 3 };
/** Additional words required if the language has no list of general words: "debe", "llevar". */
const GENERAL_WORDS = 2;

/** The question has a name of its own, restates what was said, or has enough words and shares none with it. */
function isBeyond(question: QuestionReading, said: Said): boolean {
  if (hasOwnName(question, said)) return true;
  if (speaksOfOwnCase(question)) return false;
  if (restates(question, said.reading.stems)) return true;
  const rich = said.isPersonal ? RICH_TOPIC.personal : RICH_TOPIC.impersonal;
  const enough = question.lexicon.grammar ? rich : rich + GENERAL_WORDS;
  return question.specific.length >= enough && !sharesTopic(question, said.reading.stems);
}

/** Maximum letters of an acronym that is not a name. */
const ACRONYM = 4;

function isSameThread(question: QuestionReading, said: Said): boolean {
  const ofAsker = said.tells && speaksOfOwnCase(question);
  return (ofAsker || sharesTopic(question, said.reading.stems)) && !hasOwnName(question, said);
}

/** True if all words of the topic are in the question. */
function restates(question: QuestionReading, topic: readonly string[]): boolean {
  const wanted = withoutGrammar(topic, question.lexicon);
  const have = new Set(topicStems(question));
  return wanted.length > 0 && wanted.every((stem) => have.has(stem));
}

/** Minimum share of topic words in common with a remark of the same thread; two words are always enough. */
const SAME_THREAD = 0.3;

function sharesTopic(question: QuestionReading, stems: readonly string[]): boolean {
  const said = new Set(withoutGrammar(stems, question.lexicon));
  const asked = new Set(topicStems(question));
  const shared = [...asked].filter((stem) => said.has(stem)).length;
  return shared >= 2 || (shared > 0 && shared / asked.size >= SAME_THREAD);
}

const topics = new WeakMap<QuestionReading, readonly string[]>();

/** Stems of a question's topic, cached: they are compared with each earlier message. */
function topicStems(question: QuestionReading): readonly string[] {
  const known = topics.get(question);
  if (known !== undefined) return known;
  const made = withoutGrammar(contentStems(question.text), question.lexicon);
  topics.set(question, made);
  return made;
}

const NUMBER = /^\p{N}+$/u;

function withoutGrammar(stems: readonly string[], lexicon: Lexicon): readonly string[] {
  const grammar = grammarStems(lexicon);
  return stems.filter((stem) => !grammar.has(stem) && !NUMBER.test(stem));
}

const stemsOf = new WeakMap<Lexicon, ReadonlySet<string>>();

/** Stems of a language's function words, cached. */
function grammarStems(lexicon: Lexicon): ReadonlySet<string> {
  const known = stemsOf.get(lexicon);
  if (known !== undefined) return known;
  const made = new Set([...lexicon.words.functionWords].flatMap((word) => contentStems(word)));
  stemsOf.set(lexicon, made);
  return made;
}

/** A name that the message lacks, in a question that is not about the asker. */
function hasOwnName(question: QuestionReading, { text }: Said): boolean {
  if (speaksOfOwnCase(question)) return false;
  const low = text.toLowerCase();
  return namesOf(question).some((name) => !low.includes(name));
}

function namesOf({ names, lexicon, text }: QuestionReading): readonly string[] {
  if (lexicon.unspaced)
    return (text.match(/\p{Script=Latin}{3,}/gu) ?? []).map((name) => name.toLowerCase());
  if (lexicon.nounsInCapitals) return [];
  return names.runs.map((run) => run.join(" ")).filter((name) => !isAcronym(name, text));
}

/** "VAT", "PDF": acronyms that are not product names. */
function isAcronym(name: string, text: string): boolean {
  return name.length <= ACRONYM && text.includes(name.toUpperCase()) && /^\p{L}+$/u.test(name);
}

/** A condition that the question does not state: "Would the bonus be paid back?". */
function isConditional({ low, lexicon }: QuestionReading): boolean {
  return lexicon.conversation.conditional.test(low);
}

/** "How much do I have?", "for us"; "how do I …?" asks for a procedure. */
function speaksOfOwnCase({ low, lexicon }: QuestionReading): boolean {
  return lexicon.conversation.ownCase.test(low);
}
