import type { AskLanguage } from "./ask-language.ts";
import { firstWords } from "./find-asks.ts";
import type { SeparatedMessage } from "./separate-ask.ts";
import type { EmptyWords } from "./trailing-sentences.ts";

/** The introduction of the writer is in one of this many first sentences. */
const INTRODUCTION = 4;
/** Maximum words of a greeting or closing line. */
const MOST_GREETING_WORDS = 6;
/** Includes name particles in lower case: `de Wit`. */
const NAME =
  "\\p{Lu}[\\p{L}\\p{M}'’.-]*(?:\\s+(?:(?:d[aei]|del|della|der|van|von|ter|y)\\s+)*\\p{Lu}[\\p{L}\\p{M}'’.-]*)";
const NAME_LINE = new RegExp(`^(?:\\p{Lu}[\\p{L}\\p{M}'’.-]*|${NAME}{1,3})$`, "u");

interface Rules {
  readonly greetings: readonly string[];
  readonly isClosing: (sentence: string) => boolean;
  /** Masks what may differ: the writer's name, ticket numbers, the time of day. */
  readonly mask: (sentence: string, mayIntroduce: boolean) => string;
}

/** The text around an ask. */
type Surroundings = Pick<SeparatedMessage, "before" | "after">;
type CompareSurroundings = (asked: Surroundings, stored: Surroundings) => boolean;

/**
 * Whether the text around two asks is the same, except for the writer's name, numbers that only identify, the
 * time of day, greeting and closing.
 */
export function createSurroundingsComparer(
  languages: readonly AskLanguage[],
  empty: EmptyWords,
): CompareSurroundings {
  const rules: Rules = {
    greetings: languages.flatMap(({ greetings }) => [...greetings]),
    isClosing: createIsClosing(languages, empty),
    mask: createMask(languages).mask,
  };
  return (asked, stored) => {
    const [left, right] = [read(asked, rules), read(stored, rules)];
    return isCovered(left, right) && isCovered(right, left);
  };
}

interface Sentence {
  readonly masked: string;
  /** A greeting or signature: may be missing on the other side. */
  readonly isPolite: boolean;
}

function read({ before, after }: Surroundings, rules: Rules): readonly Sentence[] {
  const opening = before.map((text, at) => ({
    masked: rules.mask(text, at < INTRODUCTION),
    isPolite: at === 0 && phraseOf(text, rules.greetings) !== undefined,
  }));
  const closing = after.map((text) => ({
    masked: rules.mask(text, false),
    isPolite: rules.isClosing(text),
  }));
  return [...opening, ...closing];
}

/** The phrase at the beginning of a greeting or closing line. */
function phraseOf(text: string, phrases: readonly string[]): string | undefined {
  const words = firstWords(text, MOST_GREETING_WORDS + 1);
  if (words.length > MOST_GREETING_WORDS || /[\d?]/.test(text)) return undefined;
  const said = words.join(" ");
  return phrases.find((phrase) => said === phrase || said.startsWith(`${phrase} `));
}

/** True for a closing phrase or a line with a name, unless the sentence has a negation. */
function createIsClosing(
  languages: readonly AskLanguage[],
  { isNegation, isGrammar }: EmptyWords,
): (sentence: string) => boolean {
  const closings = languages
    .flatMap((language) => [...language.closings])
    .toSorted((one, other) => other.length - one.length);
  const light = new Set(
    languages.flatMap(({ lightWords, politeWords }) => [...lightWords, ...politeWords]),
  );
  const isEmpty = (word: string) => light.has(word) || isGrammar(word);
  return (sentence) => {
    const words = firstWords(sentence);
    if (words.some(isNegation) || sentence.includes("?")) return false;
    if (words.every(isEmpty)) return true;
    const isSentence = /[.!。！]$/u.test(sentence.trim());
    if (!isSentence && NAME_LINE.test(sentence.trim())) return true;
    const phrase = phraseOf(sentence, closings);
    if (phrase === undefined) return false;
    const rest = words.slice(phrase.split(" ").length);
    // A capitalised name, or more closing words: `thanks a lot, Ann`.
    return rest.every((word) => isEmpty(word) || !sentence.includes(` ${word}`));
  };
}

/** The others contain every sentence, as many times. */
function isCovered(own: readonly Sentence[], others: readonly Sentence[]): boolean {
  const left = new Map<string, number>();
  for (const { masked } of others) left.set(masked, (left.get(masked) ?? 0) + 1);
  return own.every(({ masked, isPolite: polite }) => {
    const times = left.get(masked) ?? 0;
    left.set(masked, times - 1);
    return polite || masked === "" || times > 0;
  });
}

function createMask(languages: readonly AskLanguage[]): Pick<Rules, "mask"> & {
  readonly hide: SurroundingsMask["hide"];
} {
  const all = (pick: (language: AskLanguage) => ReadonlySet<string>) =>
    alternatives(languages.flatMap((language) => [...pick(language)]));
  const before = all(({ introductions }) => introductions);
  const behind = all(({ introducedBehind }) => introducedBehind);
  const identifiers = all(({ identifierWords }) => identifierWords);
  const times = all(({ timesOfDay }) => timesOfDay);
  const written = ignoringCase(before);
  const introduced = new RegExp(`(?<=(?:^|[^\\p{L}])(?:${written})\\s)${NAME}+`, "gu");
  const introducing = new RegExp(
    `(?<=^|[,!.]\\s)${NAME}+(?=\\s(?:${behind})(?:[^\\p{L}]|$))`,
    "gu",
  );
  const number = new RegExp(
    `(?<=#|(?:^|[^\\p{L}])(?:${identifiers})(?:\\s|=["']|:\\s|\\s#|#|\\s?no\\.?\\s))\\d+`,
    "giu",
  );
  const time = new RegExp(`(?<=^|[^\\p{L}])(?:${times})(?=[^\\p{L}]|$)`, "giu");
  return {
    hide: (sentence, names) => {
      const without = (name: string) => {
        names?.push(name);
        return "";
      };
      return sentence
        .replace(introduced, without)
        .replace(introducing, without)
        .replace(number, "0");
    },
    mask: (sentence, mayIntroduce) => {
      const named = mayIntroduce
        ? sentence.replace(introduced, "").replace(introducing, "")
        : sentence;
      const masked = named.replace(number, "0").replace(time, "");
      return masked
        .normalize("NFKC")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}%€$£.#+/-]+/gu, " ")
        .trim();
    },
  };
}

/** Hides the writer of a message. */
export interface SurroundingsMask {
  /** A sentence without introduced names and numbers that only identify. Adds the names to the list. */
  readonly hide: (sentence: string, names?: string[]) => string;
  /** True for a closing phrase or a line with a name. */
  readonly isClosing: (sentence: string) => boolean;
}

/** Creates the mask for these languages. */
export function createSurroundingsMask(
  languages: readonly AskLanguage[],
  empty: EmptyWords,
): SurroundingsMask {
  return { hide: createMask(languages).hide, isClosing: createIsClosing(languages, empty) };
}

function alternatives(words: readonly string[]): string {
  return [...new Set(words)]
    .toSorted((one, other) => other.length - one.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("|");
}

/** Matches the first letter in either case. */
function ignoringCase(pattern: string): string {
  return pattern
    .split("|")
    .map((word) => `[${word.charAt(0)}${word.charAt(0).toUpperCase()}]${word.slice(1)}`)
    .join("|");
}
