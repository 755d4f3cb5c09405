import type { GuardLanguage } from "./guard-language.ts";
import { withParticles } from "./particles.ts";
import { createPhrases } from "./phrases.ts";
import { keyAt, wordAt, type Token } from "./tokens.ts";

/** The families of opposites in a question, by group, and its words that are not negated. */
export interface Sides {
  readonly families: ReadonlyMap<number, ReadonlySet<number>>;
  /** Groups with two families joined: `pros and cons`. */
  readonly joined: ReadonlySet<number>;
  readonly words: ReadonlySet<string>;
}

interface Side {
  readonly group: number;
  readonly family: number;
}

/** Finds words and phrases with an opposite, except negated ones. */
export function createSidesReader(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[], denied: ReadonlySet<string>) => Sides {
  const { opposites, conjunctions } = language;
  const places = new Map<string, Side[]>();
  for (const [group, families] of opposites.entries()) {
    for (const [family, phrases] of families.entries()) {
      for (const phrase of phrases) {
        places.set(phrase, [...(places.get(phrase) ?? []), { group, family }]);
      }
    }
  }
  const table = withParticles(createPhrases(places, tokenise), language);
  const and = new Set(conjunctions.and);
  return (tokens, denied) => {
    const families = new Map<number, Set<number>>();
    const joined = new Set<number>();
    let before: readonly Side[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      // `Not allowed` may equal `forbidden`: negated words are skipped.
      const isDenied = denied.has(keyAt(tokens, index));
      const found = isDenied ? undefined : table.at(tokens, index);
      if (found !== undefined) {
        for (const { group } of opposedPairs(before, found.value)) joined.add(group);
        for (const { group, family } of found.value) {
          families.set(group, (families.get(group) ?? new Set()).add(family));
        }
        before = found.value;
        index += found.length - 1;
      } else if (!and.has(wordAt(tokens, index))) before = [];
    }
    return { families, joined, words: undenied(tokens, denied) };
  };
}

/** The sides that are opposites of an earlier one. */
function opposedPairs(before: readonly Side[], sides: readonly Side[]): readonly Side[] {
  return sides.filter(({ group, family }) =>
    before.some((other) => other.group === group && other.family !== family),
  );
}

function undenied(tokens: readonly Token[], denied: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(tokens.filter(({ key }) => !denied.has(key)).map(({ word }) => word));
}

/** True if one question joins opposites and the other has only one of them: `pros and cons`, `cons`. */
export function sidesAreLeftOut(asked: Sides, stored: Sides): boolean {
  const leavesOut = (one: Sides, other: Sides) =>
    [...one.joined].some((group) => other.families.get(group)?.size === 1);
  return leavesOut(asked, stored) || leavesOut(stored, asked);
}

/** Whether one question has the opposite of a word in the other. */
export function createOppositesComparer({
  negation,
}: GuardLanguage): (asked: Sides, stored: Sides) => boolean {
  return (asked, stored) =>
    groupsDiffer(asked.families, stored.families) ||
    hasDenied(asked.words, stored.words, negation.prefixes) ||
    hasDenied(stored.words, asked.words, negation.prefixes);
}

/** Each has a family of a group that the other lacks: `enable and disable` has both. */
function groupsDiffer(asked: Sides["families"], stored: Sides["families"]): boolean {
  for (const [group, families] of asked) {
    const others = stored.get(group);
    if (others === undefined) continue;
    const isAlone = [...families].some((family) => !others.has(family));
    if (isAlone && [...others].some((family) => !families.has(family))) return true;
  }
  return false;
}

/** Minimum letters of a word after a negating prefix: `ill` is not the opposite of `l`. */
const SHORTEST_DENIED = 4;

/** `possible` and `impossible`, each in one question only. */
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
