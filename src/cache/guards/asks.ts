import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import type { Token } from "./tokens.ts";

/** What a question asks for: a time, a place, a person, a reason, a number. */
export interface Asks {
  /** The family of its first question word; undefined for `what`, which may ask for anything. */
  readonly first: number | undefined;
  readonly all: ReadonlySet<number>;
}

/** Finds the question words. */
export function createAsksReader(
  { asks }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Asks {
  const open = -1;
  const table = createPhrases(
    [
      ...asks.families.flatMap((names, at) => names.map((name) => [name, at] as const)),
      ...asks.open.map((name) => [name, open] as const),
    ],
    tokenise,
  );
  return (tokens) => {
    const found: number[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      const word = table.at(tokens, index);
      if (word === undefined) continue;
      found.push(word.value);
      index += word.length - 1;
    }
    const [first] = found;
    return { first: first === open ? undefined : first, all: new Set(found) };
  };
}

/** True when each asks first for something that the other does not ask for at all. */
export function asksDiffer(asked: Asks, stored: Asks): boolean {
  if (asked.first === undefined || stored.first === undefined) return false;
  return !stored.all.has(asked.first) && !asked.all.has(stored.first);
}
