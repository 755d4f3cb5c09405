import type { ChatMessage } from "../../history/types.ts";
import type { Lexicon } from "./lexicon.ts";
import { plainQuotes, type Word } from "./read-words.ts";

/** The names in a question, recognised by spelling. */
export interface Names {
  /** Runs of capitalised words, in lower case. */
  readonly runs: readonly (readonly string[])[];
  /** Whether there is any name. */
  readonly any: boolean;
  /** Whether one is complete: several words, an abbreviation, a code, or a quotation. */
  readonly whole: boolean;
}

const QUOTED = /"[^"\s]{1,40}\s[^"]{1,80}"/;

/** Finds names by their capitals. The first word of a sentence counts only if another capitalised word follows. */
export function readNames(text: string, words: readonly Word[], lexicon: Lexicon): Names {
  const found = nameRuns(words, lexicon);
  const quoted = QUOTED.test(plainQuotes(text));
  return {
    runs: found.map((run) => run.map(({ lower }) => lower)),
    any: quoted || found.length > 0,
    whole: quoted || found.some((run) => run.length > 1 || run.some(({ code }) => code)),
  };
}

function nameRuns(words: readonly Word[], lexicon: Lexicon): Word[][] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const joins =
      run.length > 0 && lexicon.words.nameJoiners.has(word.lower) && next?.capital === true;
    if (isInName(word, next, lexicon) || joins) run.push(word);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function isInName(word: Word, next: Word | undefined, { words }: Lexicon): boolean {
  if (!word.capital || words.firstPerson.has(word.lower)) return false;
  if (!word.opens) return true;
  return next?.capital === true && !words.functionWords.has(word.lower);
}

/** Maximum messages, and characters of each, that are searched for a name. */
const SEARCHED = { messages: 10, characters: 4_000 };

/** A conversation for the rules to search; read at first use. */
export interface HistoryReading {
  readonly messages: () => readonly (readonly Word[])[];
  /** All its words. */
  readonly vocabulary: () => ReadonlySet<string>;
}

/** An empty conversation. */
export const NOTHING_SAID: HistoryReading = { messages: () => [], vocabulary: () => new Set() };

/** Reads a conversation lazily: most questions do not need it. */
export function readHistory(
  history: readonly ChatMessage[],
  readText: (text: string) => { readonly words: readonly Word[] },
): HistoryReading {
  let messages: readonly (readonly Word[])[] | undefined;
  let vocabulary: ReadonlySet<string> | undefined;
  const read = () =>
    (messages ??= history
      .slice(-SEARCHED.messages)
      .map(({ content }) => readText(content.slice(0, SEARCHED.characters)).words));
  return {
    messages: read,
    vocabulary: () =>
      (vocabulary ??= new Set(read().flatMap((words) => words.map(({ lower }) => bare(lower))))),
  };
}

/** True for "Ballmer" if the conversation has only "Steve Ballmer". */
export function isPartOfName(
  run: readonly string[],
  history: HistoryReading,
  { words: { functionWords } }: Lexicon,
): boolean {
  const wanted = run.map(bare);
  let found = false;
  for (const words of history.messages()) {
    for (let index = 0; index + wanted.length <= words.length; index += 1) {
      if (!wanted.every((name, offset) => isCapitalised(words[index + offset], name))) continue;
      if (!isExtended(words, index, wanted.length, functionWords)) return false;
      found = true;
    }
  }
  return found;
}

function isCapitalised(word: Word | undefined, name: string): boolean {
  return word?.capital === true && bare(word.lower) === name;
}

/** Whether the run at this index is only part of a longer name. */
function isExtended(
  words: readonly Word[],
  index: number,
  length: number,
  functionWords: ReadonlySet<string>,
): boolean {
  const joins = (place: number) => {
    const [left, right] = [words[place], words[place + 1]];
    if (left === undefined || right === undefined || left.closes || right.comma) return false;
    if (/'s?$/.test(left.lower)) return false;
    return [left, right].every(({ capital, lower }) => capital && !functionWords.has(lower));
  };
  return joins(index - 1) || joins(index + length - 1);
}

/** Without a possessive ending. */
export function bare(lower: string): string {
  return lower.replace(/'s?$/, "");
}
