import { readAsked, type AskedWord } from "../language/match-words.ts";
import type { WordMeaning } from "../language/match-words.ts";

/** One thing that a message asks. */
export interface Ask {
  readonly text: string;
  /** The words of the question itself. */
  readonly words: readonly AskedWord[];
  /** Words of the rest of the message, or of the question before: they help to choose, and need no answer. */
  readonly context: readonly AskedWord[];
  readonly form: AnswerForm | undefined;
  /** Asks how many, how long or how often. */
  readonly needsNumber: boolean;
  /** Asks how to begin or to end something: `turn on`, `disable`. */
  readonly side: Side | undefined;
  /** Names and codes, which the answer's passage must have. */
  readonly names: readonly AskedWord[];
  /** The message says much more than it asks. */
  readonly isLetter: boolean;
}

/** What the answer must look like: a number, or a step with the control in bold, as in manuals. */
export type AnswerForm = "number" | "steps";

/** The way a text turns something. */
export type Side = "on" | "off";

const ON =
  /\b(?:(?:turn|switch)(?:ed|ing|es|s)?\b[^.?!:;]{0,30}?\bon|enabl(?:e|es|ed|ing)|activat(?:e|es|ed|ing)|tick)\b/i;
const OFF =
  /\b(?:(?:turn|switch)(?:ed|ing|es|s)?\b[^.?!:;]{0,30}?\boff|disabl(?:e|es|ed|ing)|deactivat(?:e|es|ed|ing)|untick|stop)\b/i;

/** Undefined if the text has both or neither. */
export function sideOf(text: string): Side | undefined {
  const [on, off] = [ON.test(text), OFF.test(text)];
  if (on === off) return undefined;
  return on ? "on" : "off";
}

const WANTS_NUMBER =
  /\b(?:how (?:many|much|long|often|big|large|old|fast|soon|far)|when|what (?:time|price|size)|costs?)\b/i;
const NEEDS_NUMBER = /\bhow (?:many|much|long|often)\b/i;
const WANTS_STEPS =
  /\b(?:how (?:do|can|could|to|would|should)|where (?:do|can|could|is|are)|what (?:now|should i do|can i do))\b/i;
/** Words that only ask and do not occur in answers: "how long" asks for a number, "happens" for anything. */
const ASKING =
  /\bhow (?:long|many|much|often|big|large|old|fast|soon|far)\b|\bwhat (?:happens|will happen|becomes of)\b|\b(?:compared? (?:with|to)|compare|what is the difference between|differ(?:s|ence)?)\b|\b(?:is there|are there|do you have) (?:a |an |any )?(?:way|chance)\b/gi;
/** A second question in the same sentence: "how long is it, and can I …?" */
const NEXT_QUESTION =
  /,?\s+(?:and|or|but)\s+(?=(?:(?:in|on|for|at|from|to|until|after|with) )?(?:wh(?:at|en|ere|o|ose|ich|y)|how|can|could|do|does|did|is|are|must|may|will|would|should)\b)/i;
/** Characters from which a message is a letter, with questions among other sentences. */
const LETTER_LENGTH = 200;
const SENTENCE_END = /(?<=[.!?])\s+|\n+/;
const REQUEST =
  /^(?:please\b|could you\b|can you\b|would you\b|i(?:'d| would) (?:like|need) to\b|tell me\b)/i;
/** A capital letter inside a sentence, or a digit between letters: a name or a code. */
const NAME = /(?<=[\p{L}\p{N},;]\s)(?:[\p{Lu}][\p{L}\p{N}-]*|[\p{Ll}]+[\p{Lu}][\p{L}]*)/gu;
const NO_NAME = /^(?:I|I'm|I've|I'd|OK)$/;
const MOST_ASKS = 3;

/** The questions of a message, at most three. `before` is the question before, if this one may follow it. */
export function readAsks(message: string, before: string, meaning: WordMeaning): Ask[] {
  const isLetter = message.length > LETTER_LENGTH;
  const sentences = isLetter
    ? message.split(SENTENCE_END).filter((each) => each.trim() !== "")
    : [message];
  const asking = sentences.filter(
    (each) => each.trim().endsWith("?") || (isLetter && REQUEST.test(each.trim())),
  );
  const asked = isLetter && asking.length > 0 ? asking : [message];
  const parts = isLetter ? [asked.join(" ")] : splitQuestions(message);
  const rest = isLetter ? sentences.filter((each) => !asked.includes(each)).join(" ") : before;
  return parts.slice(0, MOST_ASKS).map((text, at) => {
    const context = [rest, ...(at > 0 ? parts.slice(0, at) : [])].join(" ");
    const words = readAsked(text.replaceAll(ASKING, "how"), meaning);
    const own = new Set(words.map(({ stem }) => stem));
    return {
      text,
      words,
      context: readAsked(context.replaceAll(ASKING, "how"), meaning).filter(
        ({ stem }) => !own.has(stem),
      ),
      form: formOf(text) ?? (isLetter || at > 0 ? undefined : formOf(before)),
      needsNumber: NEEDS_NUMBER.test(text),
      side: sideOf(text),
      names: isLetter ? [] : readNames(text, meaning),
      isLetter,
    };
  });
}

function splitQuestions(message: string): string[] {
  const sentences = message.split(/(?<=[?？])\s+/).filter((each) => each.trim() !== "");
  return sentences.flatMap((each) => each.split(NEXT_QUESTION));
}

function formOf(text: string): AnswerForm | undefined {
  if (WANTS_NUMBER.test(text)) return "number";
  return WANTS_STEPS.test(text) ? "steps" : undefined;
}

function readNames(text: string, meaning: WordMeaning): AskedWord[] {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  // A text in capitals, or of a language that writes nouns with them, shows no names.
  if (capitals > text.split(/\s+/).length / 3) return [];
  const found = [...text.matchAll(NAME)]
    .map(([name]) => name)
    .filter((name) => !NO_NAME.test(name));
  return readAsked(found.join(" "), meaning);
}
