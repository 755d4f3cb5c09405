import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import { keyAt, wordAt, type Token } from "./tokens.ts";
import type { GuardFinding } from "./types.ts";

type Form = GuardLanguage["forms"][number];
type Strength = GuardFinding["strength"];

/** The values of one form, each with the content words that state it. */
type Values = ReadonlyMap<string, ReadonlySet<string>>;

/** What a question says about the form and scope of the answer: values by form index. */
export interface Forms {
  readonly stated: ReadonlyMap<number, Values>;
  /** All words of the question, as base forms. */
  readonly said: ReadonlySet<string>;
  /** Number of negations. */
  readonly negations: number;
}

interface FormValue {
  readonly form: number;
  readonly value: string;
  readonly isAtStart: boolean;
  readonly isBeforeContent: boolean;
}

const ANYWHERE = { isAtStart: false, isBeforeContent: false };

/** Finds the words that ask for a form: `as a table`, `in one sentence`, `must I`, `per user`. */
export function createFormReader(
  { forms, functionWords }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[], negations: number) => Forms {
  const grammar = new Set(functionWords);
  const table = createPhrases(collect(forms), tokenise);
  const openAfter = new Map(
    forms.flatMap((form, at) => form.openAfter.map((word): [string, number] => [word, at])),
  );
  const isContent = (token: Token | undefined) =>
    token?.kind === "word" && !grammar.has(token.word);
  const stands = (value: FormValue, tokens: readonly Token[], start: number, length: number) => {
    if (value.isAtStart && tokens[start]?.startsSentence !== true) return false;
    const next = tokens[start + length];
    if (value.isBeforeContent) return isContent(next);
    return forms[value.form]?.place !== "end" || next?.kind !== "word" || grammar.has(next.word);
  };
  const openAt = (tokens: readonly Token[], index: number): readonly FormValue[] => {
    const form = openAfter.get(wordAt(tokens, index));
    const isOpen = form !== undefined && tokens[index + 1]?.kind === "word";
    return isOpen ? [{ form, value: keyAt(tokens, index + 1), ...ANYWHERE }] : [];
  };
  const statedAt = (tokens: readonly Token[], index: number): readonly FormValue[] => {
    const { value: values, length } = table.at(tokens, index) ?? { value: [], length: 0 };
    return values.filter((value) => stands(value, tokens, index, length));
  };
  const contentOf = (tokens: readonly Token[]) =>
    tokens.filter(({ kind, word }) => kind !== "sign" && !grammar.has(word)).map(({ key }) => key);
  return (tokens, negations) => {
    const stated = new Map<number, Map<string, Set<string>>>();
    for (const index of tokens.keys()) {
      const content = contentOf(
        tokens.slice(index, index + (table.at(tokens, index)?.length ?? 0)),
      );
      for (const { form, value } of [...openAt(tokens, index), ...statedAt(tokens, index)]) {
        const values = stated.get(form) ?? new Map<string, Set<string>>();
        const words = values.get(value) ?? new Set();
        stated.set(form, values.set(value, new Set([...words, ...content])));
      }
    }
    return { stated, said: new Set(tokens.map(({ key }) => key)), negations };
  };
}

/**
 * Every phrase with its values; a phrase may belong to several forms. Example: `as a table` is value `0` of the
 * format.
 */
function collect(forms: readonly Form[]): ReadonlyMap<string, readonly FormValue[]> {
  const values = new Map<string, FormValue[]>();
  const add = (phrase: string, value: FormValue) =>
    values.set(phrase, [...(values.get(phrase) ?? []), value]);
  for (const [form, { frames, framed, free }] of forms.entries()) {
    for (const [at, names] of framed.entries()) {
      for (const name of names) {
        for (const frame of frames) {
          add(`${frame} ${name}`, { form, value: String(at), ...ANYWHERE });
        }
      }
    }
    for (const [at, phrases] of free.entries()) {
      for (const phrase of phrases) {
        const isAtStart = phrase.startsWith("^");
        const isBeforeContent = phrase.endsWith(" ~");
        const words = phrase.replace(/^\^| ~$/g, "");
        add(words, { form, value: String(at), isAtStart, isBeforeContent });
      }
    }
  }
  return values;
}

/** Compares the requested forms of two questions. */
export function createFormComparer({
  forms,
}: GuardLanguage): (asked: Forms, stored: Forms) => Strength | undefined {
  return (asked, stored) => {
    const strengths = forms.map((form, at) => compareOne(form, at, asked, stored));
    if (strengths.includes("hard")) return "hard";
    return strengths.includes("soft") ? "soft" : undefined;
  };
}

function compareOne(
  { alone, both, yieldsToNegation }: Form,
  at: number,
  asked: Forms,
  stored: Forms,
): Strength | undefined {
  const isOff = yieldsToNegation && asked.negations !== stored.negations;
  const [left, right] = [asked.stated.get(at), stored.stated.get(at)];
  if (isOff) return undefined;
  if (left !== undefined && right !== undefined) return differ(left, right) ? both : undefined;
  const [only, other] = left === undefined ? [right, asked.said] : [left, stored.said];
  if (only === undefined || alone === "nothing" || isMentioned(only, other)) return undefined;
  return alone;
}

/** True if each has a value that the other lacks. */
function differ(left: Values, right: Values): boolean {
  const hasOwn = (values: Values, others: Values) =>
    [...values.keys()].some((value) => !others.has(value));
  return hasOwn(left, right) && hasOwn(right, left);
}

/** `a table of the fares` mentions the table of `the fares as a table`, though without its frame. */
function isMentioned(values: Values, said: ReadonlySet<string>): boolean {
  return [...values.values()].every((words) => [...words].some((word) => said.has(word)));
}
