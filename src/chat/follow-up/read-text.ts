import { contentStems } from "../../language/words.ts";
import { rememberByTenant } from "../../operations/remember.ts";
import { fittingLexicons } from "./fitting-lexicons.ts";
import type { Lexicon } from "./lexicon.ts";
import { readQuestion, type QuestionReading } from "./read-question.ts";
import { readSentences, type Sentence } from "./read-sentences.ts";
import { lowOf, readWords, type Word } from "./read-words.ts";

/** Reads a text, or returns a remembered reading of its tenant. */
export type ReadText = (text: string) => TextReading;

/** Creates the reader of a tenant's texts. Readings are remembered per tenant, and not at all without a tenant. */
export type ReadTextOf = (tenant: string | undefined) => ReadText;

/** A text and its readings by the rules. Each part is computed once, at first use. */
export class TextReading {
  readonly text: string;
  /** All loaded languages. */
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

  /** The words in lower case, separated by single spaces. */
  get low(): string {
    return (this.#low ??= lowOf(this.words));
  }

  /** The languages that fit the text best; a short text often fits several equally. Empty if none fits. */
  get fitting(): readonly Lexicon[] {
    return (this.#fitting ??= fittingLexicons(this.words, this.low, this.lexicons));
  }

  /** The first of the fitting languages. */
  get lexicon(): Lexicon | undefined {
    return this.fitting[0];
  }

  /** The fitting languages, or all if none fits. */
  get known(): readonly Lexicon[] {
    return this.fitting.length === 0 ? this.lexicons : this.fitting;
  }

  get sentences(): readonly Sentence[] {
    return (this.#sentences ??= readSentences(this.text));
  }

  /** The stems of the content words. */
  get stems(): readonly string[] {
    return (this.#stems ??= contentStems(this.text));
  }

  /** Analyses the text as a question in one of its languages. */
  question(lexicon: Lexicon): QuestionReading {
    if (this.#question?.lexicon !== lexicon) this.#question = readQuestion(this, lexicon);
    return this.#question;
  }

  /** A part of the text, or all of it. */
  part(text: string): TextReading {
    return text === this.text ? this : new TextReading(text, this.lexicons, this.read);
  }
}

/** Maximum remembered texts: the messages of a conversation are read at each turn. */
const KEPT = 1_000;
/** Longer texts are not remembered, in characters. */
const LONGEST_KEPT = 2_000;

/** Creates readers for these languages. */
export function createReadText(lexicons: readonly Lexicon[]): ReadTextOf {
  const readerOf: ReadTextOf = (tenant) => (text) => read({ text, tenant }, tenant);
  const read = rememberByTenant(
    ({ text, tenant }: { readonly text: string; readonly tenant: string | undefined }) =>
      new TextReading(text, lexicons, readerOf(tenant)),
    { max: KEPT, nameOf: ({ text }) => (text.length > LONGEST_KEPT ? undefined : text) },
  );
  return readerOf;
}

/** Memoises a rule per text: its result is kept as long as the text's reading. */
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
