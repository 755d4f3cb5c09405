import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import type { Token } from "./tokens.ts";
import type { GuardFinding } from "./types.ts";

/** What a question asks for: a time, a place, a person, a reason, a number. */
export interface Asks {
  /** The family of the question word that it begins with; `what` may ask for anything and has none. */
  readonly first: AskedFor | undefined;
  readonly all: ReadonlySet<number>;
}

interface AskedFor {
  readonly family: number;
  /** Families that one answer may serve too: `where do I find it` and `how do I find it`. */
  readonly kin: ReadonlySet<number>;
}

/** Finds the question words. */
export function createAsksReader(
  { asks, kindredAsks }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Asks {
  const table = createPhrases(
    asks.flatMap((names, at) => names.map((name) => [name, at] as const)),
    tokenise,
  );
  const familyOf = (name: string) => asks.findIndex((names) => names.includes(name));
  const kindred = kindredAsks.map((names) => names.map(familyOf));
  const kinOf = (family: number) =>
    new Set(kindred.filter((families) => families.includes(family)).flat());
  const kin = asks.map((_names, family) => kinOf(family));
  return (tokens) => {
    const all = new Set<number>();
    for (let index = 0; index < tokens.length; index += 1) {
      const word = table.at(tokens, index);
      if (word === undefined) continue;
      all.add(word.value);
      index += word.length - 1;
    }
    const family = table.at(tokens, 0)?.value;
    const first = family === undefined ? undefined : { family, kin: kin[family] ?? new Set() };
    return { first, all };
  };
}

/**
 * Each begins with asking for something that the other does not ask for at all: hard, but soft where
 * one answer may hold both.
 */
export function compareAsks(asked: Asks, stored: Asks): GuardFinding["strength"] | undefined {
  const [one, other] = [asked.first, stored.first];
  if (one === undefined || other === undefined) return undefined;
  if (stored.all.has(one.family) || asked.all.has(other.family)) return undefined;
  return one.kin.has(other.family) ? "soft" : "hard";
}
