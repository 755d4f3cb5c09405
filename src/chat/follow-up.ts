import type { ChatMessage } from "../history/types.ts";
import type { Lexicon } from "./follow-up/lexicon.ts";
import { findOpenPronoun } from "./follow-up/open-pronoun.ts";
import { findOpenByItself, findOpenReference } from "./follow-up/open-reference.ts";
import type { QuestionReading } from "./follow-up/read-question.ts";
import type { ReadText, TextReading } from "./follow-up/read-text.ts";
import type { Word } from "./follow-up/read-words.ts";

/** Whether a question can be understood without the conversation before it, and which cue said so. */
export type FollowUpVerdict =
  | { readonly kind: "standalone" }
  | { readonly kind: "follow-up"; readonly cue: string };

const STANDALONE: FollowUpVerdict = { kind: "standalone" };

/**
 * Recognises a follow-up by its words and its spelling, without a model call. It would rather hold back
 * a question that was complete than miss one that was not: the first costs a rewriting, the second a
 * wrong answer. A question in a language without a lexicon is a follow-up only when it is very short.
 *
 * @param question the message as written; its first 200 words are read
 * @param history what was said before it in this conversation
 */
export function recogniseFollowUp(
  question: TextReading,
  history: readonly ChatMessage[],
): FollowUpVerdict {
  const { lexicon, read } = question;
  const cue =
    lexicon === undefined
      ? findBrevity(question, history)
      : findCue(question.question(lexicon), history, read);
  return cue === undefined ? STANDALONE : { kind: "follow-up", cue };
}

/**
 * Whether a rewriting still leans on the conversation by its own words. That it shares words and names
 * with the conversation is what it was made for, and no reason.
 */
export function stillLeans(rewriting: TextReading): boolean {
  const { lexicon } = rewriting;
  if (lexicon === undefined) return false;
  const question = rewriting.question(lexicon);
  return (
    findPhrase(question, true) !== undefined ||
    findOpenPronoun(question.words, lexicon, true) !== undefined ||
    findOpenByItself(question) !== undefined
  );
}

/** Most words, and characters of a script without spaces, of a message that is taken for a fragment. */
const FRAGMENT = { words: 3, characters: 8 };

const SPACED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{P}\p{N}\p{Z}]*$/u;

function findBrevity(
  { text, words }: TextReading,
  history: readonly ChatMessage[],
): string | undefined {
  if (history.length === 0 || words.length > FRAGMENT.words) return undefined;
  const short = SPACED.test(text) || text.trim().length <= FRAGMENT.characters;
  return short && words.length > 0 ? "short" : undefined;
}

function findCue(
  question: QuestionReading,
  history: readonly ChatMessage[],
  read: ReadText,
): string | undefined {
  const hasHistory = history.length > 0;
  const { lexicon, words } = question;
  const phrase = findPhrase(question, hasHistory);
  if (phrase !== undefined || !lexicon.grammar)
    return phrase ?? findShortness(question, hasHistory);
  // Where nothing was said before, a question with a topic can only mean something of its own.
  if (!hasHistory && question.specific.length > LONE_TOPIC) return undefined;
  return (
    findOpenPronoun(words, lexicon, hasHistory) ??
    (hasHistory ? findOpenReference(question, history, read) : undefined)
  );
}

/** Most topic words of a message that leaves its pronouns open though nothing was said before. */
const LONE_TOPIC = 1;

/** Fewest words, or characters of a script without spaces, of a complete question in a conversation. */
const COMPLETE = { words: 4, characters: 7 };

/** In a language whose grammar is not known, a short message in a conversation is in doubt. */
function findShortness({ lexicon, words, text }: QuestionReading, hasHistory: boolean) {
  if (!hasHistory) return undefined;
  const isShort = lexicon.unspaced
    ? (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < COMPLETE.characters
    : words.length < COMPLETE.words;
  return isShort ? "short" : undefined;
}

function findPhrase(question: QuestionReading, hasHistory: boolean): string | undefined {
  const { lexicon, low } = question;
  if (hasHistory && lexicon.leads.test(low)) return "lead";
  if (hasHistory && lexicon.references.test(low)) return "reference";
  return lexicon.patterns.find(
    (pattern) => (hasHistory || pattern.alone) && fits(pattern, question),
  )?.cue;
}

function fits(pattern: Lexicon["patterns"][number], question: QuestionReading): boolean {
  const { words, specific, names, ofAsker, low } = question;
  if (words.length > pattern.maxWords || specific.length > pattern.maxSpecific) return false;
  if (pattern.anonymous && (names.any || ofAsker)) return false;
  return pattern.pattern.test(pattern.cased ? casedWords(words) : low);
}

/** The words as written, but for the first of a sentence, whose capital tells nothing. */
function casedWords(words: readonly Word[]): string {
  return words
    .map(({ lower, capital, opens }) =>
      capital && !opens ? lower.charAt(0).toUpperCase() + lower.slice(1) : lower,
    )
    .join(" ");
}
