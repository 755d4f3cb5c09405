import { contentStems } from "../../knowledge/words.ts";
import { rememberByTenant } from "../../operations/remember.ts";
import { fittingLexicons } from "./fitting-lexicons.ts";
import type { Lexicon } from "./lexicon.ts";
import { readQuestion, type QuestionReading } from "./read-question.ts";
import { readSentences, type Sentence } from "./read-sentences.ts";
import { lowOf, readWords, type Word } from "./read-words.ts";

/** Reads a text; one that belongs to a tenant may have been read before. */
export type ReadText = (text: string) => TextReading;

/** The reader of a tenant's texts, which are remembered for it alone; of none: each is read anew. */
export type ReadTextOf = (tenant: string | undefined) => ReadText;

/** A text, and what the rules read of it: each part once, when it is first asked for. */
export class TextReading {
  readonly text: string;
  /** All languages that are known. */
  readonly lexicons: readonly Lexicon[];
  /** Reads another message of the same conversation. */
  readonly read: ReadText;
  #words: readonly Word[] | undefined;
  #low: string | undefined;
  #fitting: readonly Lexicon[] | undefined;
  #sentences: readonly Sentence[] | undefined;
  #stems: readonly string[] | undefined;
  #question: QuestionReading | undefined;

  constructor(text: string, lexicons: readonly Lexicon[], read: ReadText) {
    this.text = text;
    this.lexicons = lexicons;
    this.read = read;
  }

  get words(): readonly Word[] {
    return (this.#words ??= readWords(this.text));
  }

  /** The words in lower case, one space between them. */
  get low(): string {
    return (this.#low ??= lowOf(this.words));
  }

  /** The languages that fit the text best: a short one often fits several alike. Empty where none fits. */
  get fitting(): readonly Lexicon[] {
    return (this.#fitting ??= fittingLexicons(this.words, this.low, this.lexicons));
  }

  /** The first of those that fit. */
  get lexicon(): Lexicon | undefined {
    return this.fitting[0];
  }

  /** Those that fit, or all where none does: a rule of any of them may hold. */
  get known(): readonly Lexicon[] {
    return this.fitting.length === 0 ? this.lexicons : this.fitting;
  }

  get sentences(): readonly Sentence[] {
    return (this.#sentences ??= readSentences(this.text));
  }

  /** The stems of the words that say what it is about. */
  get stems(): readonly string[] {
    return (this.#stems ??= contentStems(this.text));
  }

  /** Taken apart as a question in one of its languages. */
  question(lexicon: Lexicon): QuestionReading {
    if (this.#question?.lexicon !== lexicon) this.#question = readQuestion(this, lexicon);
    return this.#question;
  }

  /** A part of the text, which may be all of it. */
  part(text: string): TextReading {
    return text === this.text ? this : new TextReading(text, this.lexicons, this.read);
  }
}

/** Texts of a tenant that are kept with their readings: a conversation's messages are read with each of its turns. */
const KEPT = 1_000;
/** Longer ones are read anew each time, in characters. */
const LONGEST_KEPT = 2_000;

/** Reads texts by the rules of these languages. */
export function createReadText(lexicons: readonly Lexicon[]): ReadTextOf {
  const readerOf: ReadTextOf = (tenant) => (text) => read({ text, tenant }, tenant);
  const read = rememberByTenant(
    ({ text, tenant }: { readonly text: string; readonly tenant: string | undefined }) =>
      new TextReading(text, lexicons, readerOf(tenant)),
    { max: KEPT, nameOf: ({ text }) => (text.length > LONGEST_KEPT ? undefined : text) },
  );
  return readerOf;
}

/** The same rule, which is asked about each text once: what it said is kept as long as the text's reading. */
export function oncePerText<Value>(
  rule: (text: TextReading) => Value,
): (text: TextReading) => Value {
  const said = new WeakMap<TextReading, { readonly value: Value }>();
  return (text) => {
    const known = said.get(text);
    if (known !== undefined) return known.value;
    const value = rule(text);
    said.set(text, { value });
    return value;
  };
}
