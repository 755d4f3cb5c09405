import type { GuardLanguage } from "./guard-language.ts";
import type { Token } from "./tokens.ts";

/** Longer questions say more than one thing, and in any order, in words. */
const LONGEST = 24;

/** The words of a question whose order may matter. */
export interface Sequence {
  /** Base forms of the content words, the numbers, and the words that point a direction: `from`, `to`, `than`. */
  readonly words: readonly string[];
  /** It compares or joins: `between A and B` is `between B and A`. */
  readonly symmetric: boolean;
  /** It turns its verb: `bitten by`. */
  readonly turned: boolean;
}

/** Reads the words whose order may matter. */
export function createSequenceReader({
  order,
  functionWords,
}: GuardLanguage): (tokens: readonly Token[]) => Sequence {
  const grammar = new Set(functionWords);
  const directions = new Set(order.directions);
  const symmetric = new Set(order.symmetric);
  const turning = new Set(order.turning);
  const counts = ({ kind, word }: Token) =>
    kind === "number" || (kind === "word" && (directions.has(word) || !grammar.has(word)));
  return (tokens) => ({
    words: tokens.filter(counts).map(({ key }) => key),
    symmetric: tokens.some(({ word, key }) => symmetric.has(word) || symmetric.has(key)),
    turned: tokens.some(({ word }) => turning.has(word)),
  });
}

/**
 * True when both have the same words and two of them have changed places around a third: `from A to
 * B`, `A eats B`. Clauses that have moved whole keep the order inside.
 */
export function orderDiffers(asked: Sequence, stored: Sequence): boolean {
  if (asked.symmetric || stored.symmetric || asked.turned !== stored.turned) return false;
  if (asked.words.length !== stored.words.length || asked.words.length > LONGEST) return false;
  const places = new Map(stored.words.map((word, at) => [word, at]));
  const order = asked.words.map((word) => places.get(word));
  if (places.size !== stored.words.length || new Set(order).size !== order.length) return false;
  const known = order.filter((place) => place !== undefined);
  return known.length === order.length && hasReversal(known);
}

/** Three falling numbers, not necessarily beside each other. */
function hasReversal(order: readonly number[]): boolean {
  return order.some(
    (middle, at) =>
      order.slice(0, at).some((place) => place > middle) &&
      order.slice(at + 1).some((place) => place < middle),
  );
}
