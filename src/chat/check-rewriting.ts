import { normaliseQuestion } from "../cache/scope.ts";
import type { ChatMessage } from "../history/types.ts";
import { contentStems } from "../language/words.ts";
import { stillLeans } from "./follow-up.ts";
import { bare } from "./follow-up/names.ts";
import type { ReadText } from "./follow-up/read-text.ts";
import type { Word } from "./follow-up/read-words.ts";
import { readContext } from "./understand/conversation-context.ts";

/** Whether a rewriting is accepted; if not, why. */
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

/** The model's reply if it cannot resolve a reference. */
const UNCLEAR = /^unclear[.!]?$/i;
/** A rewriting may have this many characters more than twice the message. */
const ADDED_CHARACTERS = 240;

/**
 * Checks the model's rewriting of a follow-up. A rewriting is looked up and stored for everybody. It is refused
 * if it answers, invents a name or number, repeats an earlier message, changes the language, or still depends on
 * the conversation. The follow-up then bypasses the cache.
 */
export function checkRewriting(reply: string, asked: AskedToRewrite): RewritingVerdict {
  const question = unwrap(reply);
  const reason = findFormFault(question, asked) ?? findFault(question, asked);
  return reason === undefined ? { kind: "accepted", question } : { kind: "refused", reason };
}

type Refusal = (RewritingVerdict & { kind: "refused" })["reason"];

/** The message to rewrite. */
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
 * Whether it repeats an earlier question or the words of an earlier answer: "shorter, please" does not ask for
 * the same answer again.
 */
function repeats(question: string, message: string, history: readonly ChatMessage[]): boolean {
  const words = normaliseQuestion(question);
  if (words === normaliseQuestion(message)) return false;
  return history.some(({ role, content }) => {
    const said = normaliseQuestion(content);
    return role === "assistant" ? said.includes(words) : said === words;
  });
}

/** Whether its answer depends on an earlier fact or topic that it does not mention. */
function lacksContext(question: string, { message, history, read }: AskedToRewrite): boolean {
  const reading = read(question);
  const { lexicon } = reading;
  if (lexicon === undefined) return false;
  const { needs } = readContext(reading.question(lexicon), history, read);
  return needs.length > 0 && !takesUp(question, message, needs);
}

/** Minimum words from earlier messages in a rewriting that adds none of them. */
const RESTATED = 2;

/** Whether it adds a word from earlier messages, or adds something and restates enough of them. */
function takesUp(question: string, message: string, needs: readonly string[]): boolean {
  const own = new Set(contentStems(message));
  const wanted = new Set(needs.flatMap((need) => contentStems(need)));
  const held = [...new Set(contentStems(question))];
  const added = held.filter((stem) => !own.has(stem));
  const restated = held.filter((stem) => wanted.has(stem)).length;
  return added.some((stem) => wanted.has(stem)) || (added.length > 0 && restated >= RESTATED);
}

/** Removes the quotation marks that some models add. */
function unwrap(reply: string): string {
  const text = reply.trim();
  const quoted = /^"([^"]+)"$/.exec(text)?.[1];
  return (quoted ?? text).trim();
}

function endsAsQuestion(text: string): boolean {
  return /[?？؟;]["')\]\s]*$/.test(text.slice(-8));
}

/** Whether it has a name or number that nobody mentioned, or no word of the conversation. */
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

/** Longest message, in words, whose language is ambiguous: "speed limit". */
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
  // A question that consists mostly of names still has a function word.
  return !read(question).words.some(({ lower }) => asked.words.functionWords.has(lower));
}
