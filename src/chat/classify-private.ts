import type { Lexicon } from "./follow-up/lexicon.ts";
import { oncePerText, type TextReading } from "./follow-up/read-text.ts";
import type { Word } from "./follow-up/read-words.ts";

/**
 * Why a message bypasses the shared cache. `small-talk` (greetings, thanks, "yes", "continue", a bare name) has
 * no reusable answer. `about-oneself` (the asker or this conversation) has a different answer for each person
 * and is cached only in a scope that includes the asker's profile.
 */
export type PrivateKind = "small-talk" | "about-oneself";

/** Longest message, in words, that can be small talk. */
const SMALL_TALK_WORDS = 8;

/**
 * Separates personal messages from shared questions. "Which plan am I on?" is personal; "how do I reset my
 * password?" is a procedure and shared. Questions about the assistant are small talk.
 *
 * @returns undefined for a question that may be shared
 */
export const classifyPrivate = oncePerText((question: TextReading): PrivateKind | undefined => {
  const { words, low, lexicons, lexicon } = question;
  if (words.length === 0 || isSmallTalk(words, low, lexicons)) return "small-talk";
  if (lexicon?.aboutOneself.test(low) === true) return "about-oneself";
  return isBareName(question) ? "small-talk" : undefined;
});

function isSmallTalk(words: readonly Word[], low: string, lexicons: readonly Lexicon[]): boolean {
  return lexicons.some(
    ({ smallTalk }) => smallTalk.phrases.test(low) || isOfWords(words, smallTalk),
  );
}

function isOfWords(words: readonly Word[], { core, around }: Lexicon["smallTalk"]): boolean {
  return (
    words.length <= SMALL_TALK_WORDS &&
    words.some(({ lower }) => core.has(lower)) &&
    words.every(({ lower }) => core.has(lower) || around.has(lower))
  );
}

const NOT_OF_NAMES = /[^\p{L}\p{M}\s.'’-]/u;

/** "Ann Baker": two or three capitalised words and nothing else. A single one may be a topic. */
export function isBareName({ text, words, lexicons }: TextReading): boolean {
  if (words.length < 2 || words.length > 3 || NOT_OF_NAMES.test(text)) return false;
  const isTopic = (lower: string) =>
    lexicons.some(({ words: { functionWords, generalWords, askingVerbs } }) =>
      [functionWords, generalWords, askingVerbs].some((known) => known.has(lower)),
    );
  return words.every(({ capital, code, lower }) => capital && !code && !isTopic(lower));
}
