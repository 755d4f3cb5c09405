import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import { wordAt, type Token } from "./tokens.ts";

/** Which families of which groups of opposites a question names, and its words. */
export interface Sides {
  readonly families: ReadonlyMap<number, ReadonlySet<number>>;
  /** Groups of which it joins two families: `pros and cons`. */
  readonly joined: ReadonlySet<number>;
  readonly words: ReadonlySet<string>;
}

/** Finds the words and phrases that have an opposite. */
export function createSidesReader(
  { opposites, conjunctions }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Sides {
  const places = new Map<string, { groupAt: number; familyAt: number }[]>();
  for (const [groupAt, group] of opposites.entries()) {
    for (const [familyAt, family] of group.entries()) {
      for (const phrase of family) {
        places.set(phrase, [...(places.get(phrase) ?? []), { groupAt, familyAt }]);
      }
    }
  }
  const table = createPhrases(places, tokenise);
  const and = new Set(conjunctions.and);
  return (tokens) => {
    const families = new Map<number, Set<number>>();
    const joined = new Set<number>();
    let joinable: readonly number[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      const found = table.at(tokens, index);
      if (found === undefined) {
        if (!and.has(wordAt(tokens, index))) joinable = [];
        continue;
      }
      for (const { groupAt, familyAt } of found.value) {
        if (joinable.includes(groupAt)) joined.add(groupAt);
        families.set(groupAt, (families.get(groupAt) ?? new Set()).add(familyAt));
      }
      joinable = found.value.map(({ groupAt }) => groupAt);
      index += found.length - 1;
    }
    return { families, joined, words: new Set(tokens.map(({ word }) => word)) };
  };
}

/** True when one joins opposites and the other names only one of them: `pros and cons`, `cons`. */
export function sidesAreLeftOut(asked: Sides, stored: Sides): boolean {
  const leavesOut = (one: Sides, other: Sides) =>
    [...one.joined].some((group) => other.families.get(group)?.size === 1);
  return leavesOut(asked, stored) || leavesOut(stored, asked);
}

/** Compares two questions: does one name the opposite of what the other names? */
export function createOppositesComparer({
  negation,
}: GuardLanguage): (asked: Sides, stored: Sides) => boolean {
  return (asked, stored) =>
    groupsDiffer(asked.families, stored.families) ||
    hasDenied(asked.words, stored.words, negation.prefixes) ||
    hasDenied(stored.words, asked.words, negation.prefixes);
}

/** Both name a family of a group that the other does not: `enable and disable` has both. */
function groupsDiffer(asked: Sides["families"], stored: Sides["families"]): boolean {
  for (const [group, families] of asked) {
    const others = stored.get(group);
    if (others === undefined) continue;
    const isAlone = [...families].some((family) => !others.has(family));
    if (isAlone && [...others].some((family) => !families.has(family))) return true;
  }
  return false;
}

/** Shortest word that a prefix denies, in letters: `ill` is not the opposite of `l`. */
const SHORTEST_DENIED = 4;

/** `possible` against `impossible`, each on one side only. */
function hasDenied(
  words: ReadonlySet<string>,
  others: ReadonlySet<string>,
  prefixes: readonly string[],
): boolean {
  for (const word of words) {
    if (others.has(word)) continue;
    for (const prefix of prefixes) {
      if (!word.startsWith(prefix)) continue;
      const rest = word.slice(prefix.length);
      if (rest.length >= SHORTEST_DENIED && others.has(rest) && !words.has(rest)) return true;
    }
  }
  return false;
}
