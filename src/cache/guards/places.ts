import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import type { Token } from "./tokens.ts";

export interface Places {
  /** Indexes of the places in the language's list. */
  readonly places: ReadonlySet<number>;
  /** Indexes of the tokens that name them. */
  readonly taken: ReadonlySet<number>;
}

/** Finds the places in a question: `French` names France. */
export function createPlaceReader(
  { places }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Places {
  const table = createPhrases(
    places.names.flatMap((names, at) => names.map((name) => [name, at] as const)),
    tokenise,
  );
  const cased = new Set(places.cased);
  const upper = new Set(places.upper);
  const named = new Set(places.names.flat().flatMap((name) => name.split(" ")));
  const isVerb = (word: string) =>
    !named.has(word) && places.verbEndings.some((ending) => word.endsWith(ending));
  const isPlace = ({ word, raw }: Token) => {
    if (isVerb(word)) return false;
    if (upper.has(word)) return raw === raw.toUpperCase();
    return !cased.has(word) || /^\p{Lu}/u.test(raw);
  };
  return (tokens) => {
    const found = new Set<number>();
    const taken = new Set<number>();
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index];
      const place = table.at(tokens, index);
      if (token === undefined || place === undefined || !isPlace(token)) continue;
      found.add(place.value);
      for (let at = 0; at < place.length; at += 1) taken.add(index + at);
      index += place.length - 1;
    }
    return { places: found, taken };
  };
}

/**
 * True if each names a place that the other lacks, or only one names any. `In Delhi` and `in Delhi, India` may
 * be the same.
 */
export function placesDiffer({ places: asked }: Places, { places: stored }: Places): boolean {
  if (asked.size === 0 || stored.size === 0) return asked.size !== stored.size;
  return hasOwnPlace(asked, stored) && hasOwnPlace(stored, asked);
}

/** True if one of the places is not among the others. */
export function hasOwnPlace(places: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  return [...places].some((place) => !others.has(place));
}
