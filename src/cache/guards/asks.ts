import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import type { Token } from "./tokens.ts";

/** What a question asks for: a time, a place, a person, a reason, a number. */
export interface Asks {
  /** The family of the question word that it begins with; `what` may ask for anything and has none. */
  readonly first: number | undefined;
  readonly all: ReadonlySet<number>;
}

/** Finds the question words. */
export function createAsksReader(
  { asks }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Asks {
  const table = createPhrases(
    asks.flatMap((names, at) => names.map((name) => [name, at] as const)),
    tokenise,
  );
  return (tokens) => {
    const all = new Set<number>();
    for (let index = 0; index < tokens.length; index += 1) {
      const word = table.at(tokens, index);
      if (word === undefined) continue;
      all.add(word.value);
      index += word.length - 1;
    }
    return { first: table.at(tokens, 0)?.value, all };
  };
}

/** True when each begins with asking for something that the other does not ask for at all. */
export function asksDiffer(asked: Asks, stored: Asks): boolean {
  if (asked.first === undefined || stored.first === undefined) return false;
  return !stored.all.has(asked.first) && !asked.all.has(stored.first);
}
