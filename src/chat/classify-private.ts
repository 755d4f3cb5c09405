import { chooseLexicon, type Lexicon } from "./follow-up/lexicon.ts";
import { readWords, type Word } from "./follow-up/read-words.ts";

/**
 * Why a message never meets the shared cache: `small-talk` (greetings, thanks, "yes", "continue", a
 * bare name) has no answer worth keeping; `about-oneself` (the asker, or this conversation) has another
 * one for everybody, and may be kept only in a scope that holds the asker's profile.
 */
export type PrivateKind = "small-talk" | "about-oneself";

/** Longest message, in words, that can be small talk. */
const SMALL_TALK_WORDS = 8;

/**
 * Tells messages that are nobody else's business from questions that others ask too. "Which plan am I
 * on?" is about oneself; "how do I reset my password?" is a procedure and is shared. Who or what the
 * assistant is, is the same for all, and shared.
 *
 * @returns undefined for a question that may be shared
 */
export function classifyPrivate(
  question: string,
  lexicons: readonly Lexicon[],
): PrivateKind | undefined {
  const words = readWords(question);
  if (words.length === 0) return "small-talk";
  const low = words.map(({ lower }) => lower).join(" ");
  if (lexicons.some((lexicon) => isSmallTalk(words, low, lexicon))) return "small-talk";
  const lexicon = chooseLexicon(words, lexicons);
  if (lexicon?.aboutOneself.some((pattern) => pattern.test(low)) === true) return "about-oneself";
  return isBareName(question, lexicons) ? "small-talk" : undefined;
}

function isSmallTalk(words: readonly Word[], low: string, { smallTalk }: Lexicon): boolean {
  const { core, around, phrases } = smallTalk;
  if (phrases.some((phrase) => phrase.test(low))) return true;
  return (
    words.length <= SMALL_TALK_WORDS &&
    words.some(({ lower }) => core.has(lower)) &&
    words.every(({ lower }) => core.has(lower) || around.has(lower))
  );
}

/** "Ann Baker": two or three words with capitals and nothing else. One alone may be a topic. */
export function isBareName(question: string, lexicons: readonly Lexicon[]): boolean {
  const words = readWords(question);
  if (words.length < 2 || words.length > 3 || /[^\p{L}\p{M}\s.'’-]/u.test(question)) return false;
  const isTopic = (lower: string) =>
    lexicons.some(({ words: { functionWords, generalWords, askingVerbs } }) =>
      [functionWords, generalWords, askingVerbs].some((known) => known.has(lower)),
    );
  return words.every(({ capital, code, lower }) => capital && !code && !isTopic(lower));
}
