import type { Lexicon } from "./lexicon.ts";
import { lowWords } from "./read-words.ts";

/** A sentence of a message. */
export interface Sentence {
  /** The text as written, trimmed. */
  readonly text: string;
  /** Its words in lower case, separated by single spaces. */
  readonly low: string;
}

/** Maximum characters read: the beginning of a message shows its kind. */
const READ = 4_000;
/** Maximum sentences read. */
const MOST_SENTENCES = 60;
const END = /(?<=[.!?;…])\s+|(?<=[。！？；])|\n+/u;
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/** Splits a message into sentences; a line break also ends a sentence. */
export function readSentences(text: string): readonly Sentence[] {
  return text
    .slice(0, READ)
    .split(END)
    .slice(0, MOST_SENTENCES)
    .map((part) => part.trim())
    .filter((part) => SAYS_SOMETHING.test(part))
    .map((part) => ({ text: part, low: lowWords(part) }));
}

const QUESTION_MARK = /[?？؟;]["'”»）)\]\s]*$/u;
/** "…, okay?" is a tag: the sentence before it is not a question. */
const TAG =
  /,\s*(?:ok|okay|oké|alright|right|yes|please|tá|vale|va bene|capito|d'accord|dobrze|gut|ja|klar|oui|sí|sì|sim)\s*\?\s*$|(?:好吗|行吗|可以吗)[?？]?\s*$/iu;

/** Whether a sentence asks or demands something. */
export function asks({ text, low }: Sentence, lexicon: Lexicon | undefined): boolean {
  const isMarked = QUESTION_MARK.test(text) && !TAG.test(text);
  return isMarked || lexicon?.conversation.asks.test(low) === true;
}
