import type { ChatMessage } from "../history/types.ts";
import type { Lexicon } from "./follow-up/lexicon.ts";
import { findOpenPronoun } from "./follow-up/open-pronoun.ts";
import { findOpenByItself, findOpenReference } from "./follow-up/open-reference.ts";
import type { QuestionReading } from "./follow-up/read-question.ts";
import type { ReadText, TextReading } from "./follow-up/read-text.ts";
import type { Word } from "./follow-up/read-words.ts";

/** Whether a question is standalone; if not, the cue. */
export type FollowUpVerdict =
  | { readonly kind: "standalone" }
  | { readonly kind: "follow-up"; readonly cue: string };

const STANDALONE: FollowUpVerdict = { kind: "standalone" };

/**
 * Recognises a follow-up by its words and spelling, without a model call. Prefers false positives: they cost a
 * rewriting, a missed follow-up costs a wrong answer. In a language without a lexicon only a very short question
 * is a follow-up.
 *
 * @param question the message as written; only its first 200 words are read
 * @param history earlier messages of the conversation
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
 * Whether a rewriting still depends on the conversation by its own words. Shared words and names do not count:
 * the rewriting adds them on purpose.
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

/** A message with at most this many words, or characters of a script without spaces, is a fragment. */
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
  // Without history, a question with its own topic cannot refer to anything else.
  if (!hasHistory && question.specific.length > LONE_TOPIC) return undefined;
  return (
    findOpenPronoun(words, lexicon, hasHistory) ??
    (hasHistory ? findOpenReference(question, history, read) : undefined)
  );
}

/** Maximum topic words of a first message with an unresolved pronoun. */
const LONE_TOPIC = 1;

/** A complete question in a conversation has at least this many words, or characters of a script without spaces. */
const COMPLETE = { words: 4, characters: 7 };

/** Without a grammar for the language, a short message in a conversation counts as a follow-up. */
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

/** The words as written, except the first of a sentence, whose capital is not significant. */
function casedWords(words: readonly Word[]): string {
  return words
    .map(({ lower, capital, opens }) =>
      capital && !opens ? lower.charAt(0).toUpperCase() + lower.slice(1) : lower,
    )
    .join(" ");
}
