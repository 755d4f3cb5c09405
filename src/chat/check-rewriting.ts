import { normaliseQuestion } from "../cache/normalise-question.ts";
import type { ChatMessage } from "../history/types.ts";
import { contentStems } from "../knowledge/words.ts";
import { stillLeans } from "./follow-up.ts";
import { bare } from "./follow-up/names.ts";
import type { ReadText } from "./follow-up/read-text.ts";
import type { Word } from "./follow-up/read-words.ts";
import { readContext } from "./understand/conversation-context.ts";

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
        | "still-leans"
        | "repeats"
        | "lacks-context";
    };

/** What the model replies when it cannot know what a message refers to. */
const UNCLEAR = /^unclear[.!]?$/i;
/** Characters that a rewriting may have beyond twice those of the message. */
const ADDED_CHARACTERS = 240;

/**
 * Judges what the model made of a follow-up. A rewriting is looked up and stored for everybody, so one
 * that answers, invents a name or a number, repeats what was said, changes the language or still leans on
 * the conversation is refused, and the follow-up stays in its conversation.
 */
export function checkRewriting(reply: string, asked: AskedToRewrite): RewritingVerdict {
  const question = unwrap(reply);
  const reason = findFormFault(question, asked) ?? findFault(question, asked);
  return reason === undefined ? { kind: "accepted", question } : { kind: "refused", reason };
}

type Refusal = (RewritingVerdict & { kind: "refused" })["reason"];

/** The message that was to be rewritten. */
interface AskedToRewrite {
  readonly message: string;
  readonly history: readonly ChatMessage[];
  readonly read: ReadText;
}

function findFormFault(question: string, { message }: AskedToRewrite): Refusal | undefined {
  if (question === "") return "empty";
  if (UNCLEAR.test(question)) return "unclear";
  if (question.length > 2 * message.length + ADDED_CHARACTERS) return "too-long";
  const answers = endsAsQuestion(message) && !endsAsQuestion(question);
  return /\n/.test(question) || answers ? "not-a-question" : undefined;
}

function findFault(question: string, asked: AskedToRewrite): Refusal | undefined {
  const { message, history, read } = asked;
  if (invents(question, [message, ...history.map(({ content }) => content)], read))
    return "invented";
  if (repeats(question, message, history)) return "repeats";
  if (changesLanguage(question, asked)) return "other-language";
  if (stillLeans(read(question))) return "still-leans";
  return lacksContext(question, asked) ? "lacks-context" : undefined;
}

/**
 * Whether it is an earlier question, or words of an earlier answer: "shorter, please" is no wish for the same
 * answer once more.
 */
function repeats(question: string, message: string, history: readonly ChatMessage[]): boolean {
  const words = normaliseQuestion(question);
  if (words === normaliseQuestion(message)) return false;
  return history.some(({ role, content }) => {
    const said = normaliseQuestion(content);
    return role === "assistant" ? said.includes(words) : said === words;
  });
}

/** Whether its answer depends on an earlier message, such as a fact or a topic, that it does not take up. */
function lacksContext(question: string, { message, history, read }: AskedToRewrite): boolean {
  const reading = read(question);
  const { lexicon } = reading;
  if (lexicon === undefined) return false;
  const { needs } = readContext(reading.question(lexicon), history, read);
  return needs.length > 0 && !takesUp(question, message, needs);
}

/** Words of the earlier messages that a rewriting holds at least where it adds none of them. */
const RESTATED = 2;

/** Whether it adds a word of the earlier messages, or adds something and restates enough of them. */
function takesUp(question: string, message: string, needs: readonly string[]): boolean {
  const own = new Set(contentStems(message));
  const wanted = new Set(needs.flatMap((need) => contentStems(need)));
  const held = [...new Set(contentStems(question))];
  const added = held.filter((stem) => !own.has(stem));
  const restated = held.filter((stem) => wanted.has(stem)).length;
  return added.some((stem) => wanted.has(stem)) || (added.length > 0 && restated >= RESTATED);
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
function invents(question: string, said: readonly string[], read: ReadText): boolean {
  const { words } = read(question);
  const known = new Set(said.flatMap((text) => read(text).words.map(({ lower }) => bare(lower))));
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

function changesLanguage(question: string, { message, history, read }: AskedToRewrite): boolean {
  const languageOf = (text: string) => read(text).lexicon;
  const before = history.findLast(({ role }) => role === "user")?.content;
  const asked = languageOf(message) ?? languageOf(before ?? "");
  const answered = languageOf(question);
  if (asked === undefined) {
    return answered !== undefined && read(message).words.length > FRAGMENT_WORDS;
  }
  if (answered !== undefined) return answered !== asked;
  // A question of hardly anything but names still has a word that is not one.
  return !read(question).words.some(({ lower }) => asked.words.functionWords.has(lower));
}
