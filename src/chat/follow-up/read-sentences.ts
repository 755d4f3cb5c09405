import type { Lexicon } from "./lexicon.ts";
import { lowWords } from "./read-words.ts";

/** A sentence of a message. */
export interface Sentence {
  /** As written, without the white space around it. */
  readonly text: string;
  /** Its words in lower case, one space between them. */
  readonly low: string;
}

/** Characters of a message that are read: what a message is shows at its beginning. */
const READ = 4_000;
/** Sentences that are read of them. */
const MOST_SENTENCES = 60;
const END = /(?<=[.!?;…])\s+|(?<=[。！？；])|\n+/u;
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/** Cuts a message into sentences; a line break ends one too. */
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
/** "…, okay?": what stands before it is no question. */
const TAG =
  /,\s*(?:ok|okay|oké|alright|right|yes|please|tá|vale|va bene|capito|d'accord|dobrze|gut|ja|klar|oui|sí|sì|sim)\s*\?\s*$|(?:好吗|行吗|可以吗)[?？]?\s*$/iu;

/** Whether a sentence asks or demands something. */
export function asks({ text, low }: Sentence, lexicon: Lexicon | undefined): boolean {
  const isMarked = QUESTION_MARK.test(text) && !TAG.test(text);
  return isMarked || lexicon?.conversation.asks.test(low) === true;
}
