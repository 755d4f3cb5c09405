import type { ChatMessage } from "../history/types.ts";
import { stillLeans } from "./follow-up.ts";
import { chooseLexicon, type Lexicon } from "./follow-up/lexicon.ts";
import { bare } from "./follow-up/names.ts";
import { readWords, type Word } from "./follow-up/read-words.ts";

/** Why a rewriting is not taken, or that it is. */
export type RewritingVerdict =
  | { readonly kind: "accepted"; readonly question: string }
  | {
      readonly kind: "refused";
      readonly reason:
        | "empty"
        | "unclear"
        | "too-long"
        | "not-a-question"
        | "invented"
        | "other-language"
        | "still-leans";
    };

/** What the model replies when it cannot know what a message refers to. */
const UNCLEAR = /^unclear[.!]?$/i;
/** Characters that a rewriting may have beyond twice those of the message. */
const ADDED_CHARACTERS = 240;

/**
 * Judges what the model made of a follow-up. A rewriting is looked up and stored for everybody, so one
 * that answers, invents a name or a number, changes the language or still leans on the conversation is
 * refused, and the follow-up stays in its conversation.
 */
export function checkRewriting(
  reply: string,
  asked: { message: string; history: readonly ChatMessage[]; lexicons: readonly Lexicon[] },
): RewritingVerdict {
  const question = unwrap(reply);
  const { message, history, lexicons } = asked;
  if (question === "") return refuse("empty");
  if (UNCLEAR.test(question)) return refuse("unclear");
  if (question.length > 2 * message.length + ADDED_CHARACTERS) return refuse("too-long");
  if (/\n/.test(question) || (endsAsQuestion(message) && !endsAsQuestion(question))) {
    return refuse("not-a-question");
  }
  if (invents(question, [message, ...history.map(({ content }) => content)])) {
    return refuse("invented");
  }
  if (changesLanguage(question, message, history, lexicons)) return refuse("other-language");
  if (stillLeans(question, lexicons)) return refuse("still-leans");
  return { kind: "accepted", question };
}

function refuse(reason: (RewritingVerdict & { kind: "refused" })["reason"]): RewritingVerdict {
  return { kind: "refused", reason };
}

/** Without the quotation marks that some models put around it. */
function unwrap(reply: string): string {
  const text = reply.trim();
  const quoted = /^"([^"]+)"$/.exec(text)?.[1];
  return (quoted ?? text).trim();
}

function endsAsQuestion(text: string): boolean {
  return /[?？؟;]["')\]\s]*$/.test(text.slice(-8));
}

/** A name or number that nobody said, or no word at all of what was said. */
function invents(question: string, said: readonly string[]): boolean {
  const words = readWords(question);
  const known = new Set(said.flatMap((text) => readWords(text).map(({ lower }) => bare(lower))));
  const isKnown = ({ lower }: Word) =>
    known.has(bare(lower)) || said.some((text) => text.toLowerCase().includes(bare(lower)));
  const mustBeSaid = words.filter(
    ({ capital, opens, lower }) => isNumber(lower) || (capital && !opens),
  );
  return !mustBeSaid.every(isKnown) || !words.some(({ lower }) => known.has(bare(lower)));
}

function isNumber(lower: string): boolean {
  return /\p{N}/u.test(lower);
}

/** Longest message, in words, that may be in any language: "speed limit". */
const FRAGMENT_WORDS = 3;

function changesLanguage(
  question: string,
  message: string,
  history: readonly ChatMessage[],
  lexicons: readonly Lexicon[],
): boolean {
  const languageOf = (text: string) => chooseLexicon(readWords(text), lexicons);
  const before = history.findLast(({ role }) => role === "user")?.content;
  const asked = languageOf(message) ?? languageOf(before ?? "");
  const answered = languageOf(question);
  if (asked === undefined) {
    return answered !== undefined && readWords(message).length > FRAGMENT_WORDS;
  }
  if (answered !== undefined) return answered !== asked;
  // A question of hardly anything but names still has a word that is not one.
  return !readWords(question).some(({ lower }) => asked.words.functionWords.has(lower));
}
