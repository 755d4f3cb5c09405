import type { Lexicon } from "../follow-up/lexicon.ts";
import { asks, readSentences, type Sentence } from "../follow-up/read-sentences.ts";
import { oncePerText, type TextReading } from "../follow-up/read-text.ts";
import { lowOf, readWords, type Word } from "../follow-up/read-words.ts";
import { readGiven, type GivenText } from "./given-text.ts";

/**
 * Recognises work on a text (translate, summarise, title a chat) and texts to write (a mail, a poem). Decides by
 * structure: the request, a text in the message or a reference to one, and a prescribed reply format. Chat front
 * ends send such prompts automatically. "How do I translate …?" is a question.
 *
 * @returns the cue's name; undefined for anything else
 */
export const recogniseTask = oncePerText((message: TextReading): string | undefined => {
  if (isToBeCompleted(message.text)) return "completion";
  const given = givenOf(message);
  const around = message.part(given.around);
  const sentences = readOrders(given, around);
  for (const lexicon of languagesOf(given, around)) {
    const cue = findTask(sentences, given, lexicon) ?? findShortTask(message, lexicon);
    if (cue !== undefined) return cue;
  }
  return undefined;
});

/** The text in a message, cached. */
export const givenOf = oncePerText(({ text }: TextReading) => readGiven(text));

/** A form field: "Name: not given"; and the minimum number of them. */
const FIELD = /^\p{L}[\p{L}-]*\s?[:：]/u;
const FORM_FIELDS = 3;

/** The sentences around a text; around a chat also their clauses: "As an expert, name …". */
function readOrders({ kind, tail }: GivenText, around: TextReading): readonly Sentence[] {
  const all = tail === "" ? around.sentences : [...around.sentences, ...readSentences(tail)];
  const isForm = all.filter(({ text }) => FIELD.test(text)).length >= FORM_FIELDS;
  const sentences = isForm ? all.filter(({ text }) => !FIELD.test(text)) : all;
  if (kind !== "transcript") return sentences;
  const clauses = sentences.flatMap(({ text }) => text.split(/[,;:，；：]\s*/u).slice(1));
  return [...sentences, ...clauses.flatMap((clause) => readSentences(clause))];
}

function findShortTask(message: TextReading, lexicon: Lexicon): string | undefined {
  if (message.text.length > SHORT_TASK) return undefined;
  const isOrder = [isOrderWithText, isOrderOverText, isRequestOnText];
  if (isOrder.some((holds) => holds(message, lexicon))) return "order-with-text";
  return asksAboutQuotation(message.text, lexicon) ? "quotation" : undefined;
}

/** A multi-line text that ends with an empty label: "Standalone question:". */
const OPEN_LABEL = /\n[ \t>*#]*[\p{L}\p{N}][^\n:：]{0,40}[:：][ \t*]*$/u;

function isToBeCompleted(message: string): boolean {
  return OPEN_LABEL.test(message.slice(-LONGEST_LABEL).trimEnd());
}

/** Characters at the end of a message that are searched for its last label. */
const LONGEST_LABEL = 200;

/**
 * The languages of the instruction, and English, which front ends use for any chat. A transcript may be in
 * another language than its instruction: then all languages.
 */
function languagesOf({ kind }: GivenText, { fitting, lexicons }: TextReading): readonly Lexicon[] {
  if (fitting.length === 0 || kind === "transcript") return lexicons;
  return lexicons.filter((lexicon) => lexicon.language === "en" || fitting.includes(lexicon));
}

function findTask(
  sentences: readonly Sentence[],
  given: GivenText,
  { tasks, conversation }: Lexicon,
): string | undefined {
  const some = (...patterns: readonly RegExp[]) =>
    sentences.some(({ low }) => patterns.some((pattern) => pattern.test(low)));
  const onText = findTaskOnText(given, tasks, some);
  if (onText !== undefined) return onText;
  if (some(tasks.assigned)) return "assigned";
  if (some(tasks.writes) || isWish(sentences, tasks, conversation)) return "writing";
  if (isCreation(sentences, tasks, given.kind !== "none" || some(tasks.given))) return "writing";
  return some(tasks.roles) && !some(conversation.asks) ? "role" : undefined;
}

function findTaskOnText(
  { kind, isChat, around }: GivenText,
  { transforms, creates, formats, given }: Lexicon["tasks"],
  some: (...patterns: readonly RegExp[]) => boolean,
): string | undefined {
  const isWorkOnChat = isChat && /\p{L}/u.test(around);
  if (isWorkOnChat || (kind === "transcript" && some(transforms, creates, formats)))
    return "task-on-chat";
  if ((kind !== "none" || some(given)) && some(transforms)) return "task-on-text";
  return kind !== "none" && some(formats) ? "form-of-reply" : undefined;
}

/** Cues of a few words with a text. The text may be just an example: "Here is our contract: …". */
export const SHORT_CUES: ReadonlySet<string> = new Set(["order-with-text", "quotation"]);

/** Maximum characters of a message that is an order with a text after a colon, or a quotation. */
const SHORT_TASK = 600;
const QUESTION_MARK = /[?？]/u;
const COLON = /[:：]/u;
/** Words of an order before a colon; fewer are a label: "Error: …". */
const ORDER_WORDS = { least: 3, most: 9 };
/** Minimum characters of an order, or of the text after it, in a script without spaces. */
const LEAST_UNSPACED = 5;

/** "Can you put the sentence in the past? Ann is here.": a request for work on a text that asks nothing. */
function isRequestOnText({ sentences }: TextReading, lexicon: Lexicon): boolean {
  const [request, ...text] = sentences;
  if (request === undefined || text.length === 0) return false;
  return (
    lexicon.tasks.requests.test(request.low) &&
    lexicon.tasks.given.test(request.low) &&
    !text.some((sentence) => asks(sentence, lexicon))
  );
}

/** "A list out of this please", with the text on the following lines. */
function isOrderOverText({ text: message }: TextReading, { tasks }: Lexicon): boolean {
  if (!message.includes("\n") || QUESTION_MARK.test(message)) return false;
  const [order = "", ...rest] = message.split(/\n+/u);
  const words = readWords(order);
  const points = tasks.pointing.test(lowOf(words));
  const text = readWords(rest.join(" ")).length;
  return points && words.length <= ORDER_WORDS.most && text > words.length;
}

/** "Make it shorter: …": a few words without a question or a person, and a text without a question. */
function isOrderWithText({ text: message }: TextReading, lexicon: Lexicon): boolean {
  if (!COLON.test(message)) return false;
  const [order = "", ...rest] = message.split(/[:：]\s*/u);
  const text = rest.join(" ");
  if (/[?？\n]/u.test(order) || /[?？]\s*$/u.test(text)) return false;
  if (lexicon.unspaced) {
    return lettersOf(order, UNSPACED) >= LEAST_UNSPACED && lettersOf(text) >= LEAST_UNSPACED;
  }
  return isOrder(readWords(order), lexicon) && isStatement(text, lexicon);
}

/** A few words without a person. */
function isOrder(words: readonly Word[], lexicon: Lexicon): boolean {
  if (words.length < ORDER_WORDS.least || words.length > ORDER_WORDS.most) return false;
  return !words.some(({ lower }) => lexicon.words.firstPerson.has(lower));
}

function isStatement(text: string, lexicon: Lexicon): boolean {
  if (readWords(text).length < ORDER_WORDS.least) return false;
  return !readSentences(text).some((sentence) => asks(sentence, lexicon));
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

function lettersOf(text: string, letters = /\p{L}/gu): number {
  return text.match(letters)?.length ?? 0;
}

/** A quotation of at least four words. */
const QUOTATION =
  /["“„«](?:[^"“”„«»\s]+\s+){3,}[^"“”„«»]*["”“»]|(?<=[\s:]|^)['‘](?:[^\s]+\s+){3,30}[^\s]+['’](?=[\s.,!?]|$)/u;
/** Maximum words around a quotation that only say what to do with it. */
const AROUND_WORDS = 10;

/** "Is this polite? “…”": a quotation and a few words that refer to it. */
function asksAboutQuotation(message: string, { tasks }: Lexicon): boolean {
  if (!QUOTATION.test(message)) return false;
  const around = readWords(message.replace(new RegExp(QUOTATION, "gu"), " "));
  const low = lowOf(around);
  return around.length <= AROUND_WORDS && (tasks.pointing.test(low) || tasks.given.test(low));
}

/** "I'd love a poem for a friend", "tell us a joke", in a message without a question. */
function isWish(
  sentences: readonly Sentence[],
  { wishes, products, genres }: Lexicon["tasks"],
  conversation: Lexicon["conversation"],
): boolean {
  const asked = ({ text, low }: Sentence) =>
    QUESTION_MARK.test(text) || conversation.asks.test(low);
  return (
    sentences.some(({ low }) => genres.test(low) || (wishes.test(low) && products.test(low))) &&
    !sentences.some(asked)
  );
}

/** An order to create a text: "Write a poem", "make a table out of this". */
function isCreation(
  sentences: readonly Sentence[],
  tasks: Lexicon["tasks"],
  hasText: boolean,
): boolean {
  return sentences.some(
    ({ low }) =>
      tasks.creates.test(low) && (tasks.products.test(low) || (hasText && tasks.given.test(low))),
  );
}
