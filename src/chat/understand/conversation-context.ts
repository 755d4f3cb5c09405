import type { ChatMessage } from "../../history/types.ts";
import { contentStems } from "../../knowledge/words.ts";
import type { Lexicon } from "../follow-up/lexicon.ts";
import type { QuestionReading } from "../follow-up/read-question.ts";
import type { ReadText } from "../follow-up/read-text.ts";
import { readSaid, type Said, type SaidKind } from "./read-said.ts";

/** What of a conversation a question depends on. */
export interface ConversationContext {
  /** Why the question cannot be understood by its words alone; undefined: it can. */
  readonly cue: string | undefined;
  /** The messages that it may depend on. */
  readonly needs: readonly string[];
}

/** Messages of the user that are read, newest first. */
const READ = 20;

/** What was said, and which message of the conversation it is. */
type PlacedSaid = Said & { readonly at: number };

function readAllSaid(history: readonly ChatMessage[], read: ReadText): PlacedSaid[] {
  const said = history.flatMap(({ role, content }, at) =>
    role === "user" ? [{ ...withPlace(readSaid(read(content)), history, at), at }] : [],
  );
  return said.slice(-READ);
}

/**
 * A message that no rule recognises sets the context if it opens the conversation. Later it is a remark
 * on what was said: "add that too please", "fine, he is only here at weekends". A few words choose
 * something only where something was said: a conversation may open with keywords.
 */
function withPlace(said: Said, history: readonly ChatMessage[], at: number): Said {
  const opens = history.slice(0, at).every(({ role }) => role === "system");
  if (opens) return said.kind === "choice" ? { ...said, kind: "remark" } : said;
  if (said.kind === "statement") return { ...said, kind: said.isOwn ? "fact" : "remark" };
  return said.kind === "directive" ? { ...said, kind: "remark" } : said;
}

/** Messages that say how to answer, oldest first: they hold as long as the window has them. */
export function readInstructions(
  history: readonly ChatMessage[],
  read: ReadText,
): readonly string[] {
  const said = readAllSaid(history, read);
  return said.filter(({ kind }) => INSTRUCTIONS.has(kind)).map(({ text }) => text);
}

const INSTRUCTIONS: ReadonlySet<SaidKind> = new Set<SaidKind>(["instruction", "directive"]);

/**
 * Decides whether earlier messages may change the answer to a complete question. A fact about the
 * asker, a topic, a supposition or a pasted text does, unless the question restates what it needs: the
 * topic's words, or a name of its own while it does not speak of its asker's case. A remark belongs to its
 * thread, and changes only questions of the same thread or of the asker's case.
 *
 * @param askedAt the message that asked the same before: whatever was told since is why it is asked again
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

/** Whether what was said may change the answer, by its kind. */
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

/** @param opens whether the conversation, as far as it is known, begins with the message */
function matters(said: Said, question: QuestionReading, opens: boolean): boolean {
  return RULES[said.kind](said, question, opens);
}

/** Topic words of a question that needs nothing that was said in other words: of its asker, or not. */
const RICH_TOPIC = { personal: 4, impersonal: 3 };
/** More of them where the language's words of general meaning are not known: "debe", "llevar". */
const GENERAL_WORDS = 2;

/** The question has a name of its own, restates what was said, or says enough and shares no word of it. */
function isBeyond(question: QuestionReading, said: Said): boolean {
  if (hasOwnName(question, said)) return true;
  if (speaksOfOwnCase(question)) return false;
  if (restates(question, said.reading.stems)) return true;
  const rich = said.isPersonal ? RICH_TOPIC.personal : RICH_TOPIC.impersonal;
  const enough = question.lexicon.grammar ? rich : rich + GENERAL_WORDS;
  return question.specific.length >= enough && !sharesTopic(question, said.reading.stems);
}

/** Letters of the longest acronym that is no name. */
const ACRONYM = 4;

function isSameThread(question: QuestionReading, said: Said): boolean {
  const ofAsker = said.tells && speaksOfOwnCase(question);
  return (ofAsker || sharesTopic(question, said.reading.stems)) && !hasOwnName(question, said);
}

/** All words of the topic are in the question. */
function restates(question: QuestionReading, topic: readonly string[]): boolean {
  const wanted = withoutGrammar(topic, question.lexicon);
  const have = new Set(topicStems(question));
  return wanted.length > 0 && wanted.every((stem) => have.has(stem));
}

/** Least part of a question's topic words that a remark of the same thread has, unless it has two. */
const SAME_THREAD = 0.3;

function sharesTopic(question: QuestionReading, stems: readonly string[]): boolean {
  const said = new Set(withoutGrammar(stems, question.lexicon));
  const asked = new Set(topicStems(question));
  const shared = [...asked].filter((stem) => said.has(stem)).length;
  return shared >= 2 || (shared > 0 && shared / asked.size >= SAME_THREAD);
}

const topics = new WeakMap<QuestionReading, readonly string[]>();

/** The stems of a question's topic, made once: it is compared with each message before it. */
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

/** The stems of a language's function words, made once. */
function grammarStems(lexicon: Lexicon): ReadonlySet<string> {
  const known = stemsOf.get(lexicon);
  if (known !== undefined) return known;
  const made = new Set([...lexicon.words.functionWords].flatMap((word) => contentStems(word)));
  stemsOf.set(lexicon, made);
  return made;
}

/** A name that the message did not have, in a question that is not about its asker. */
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

/** "VAT", "PDF": letters that name no product. */
function isAcronym(name: string, text: string): boolean {
  return name.length <= ACRONYM && text.includes(name.toUpperCase()) && /^\p{L}+$/u.test(name);
}

/** "Would the bonus be paid back?", and no condition of its own. */
function isConditional({ low, lexicon }: QuestionReading): boolean {
  return lexicon.conversation.conditional.test(low);
}

/** "How much do I have?", "for us"; "how do I …?" asks for a procedure. */
function speaksOfOwnCase({ low, lexicon }: QuestionReading): boolean {
  return lexicon.conversation.ownCase.test(low);
}
