import type { GuardLanguage } from "./guard-language.ts";
import type { Token } from "./tokens.ts";

/** Longer questions say more than one thing, and in any order, in words. */
const LONGEST = 24;

interface Item {
  readonly key: string;
  /** Grammar whose two sides are not alike. */
  readonly points: boolean;
  /** Goes on with a list: the `B` of `A and B`. */
  readonly joined: boolean;
}

/** The words of a question whose order may matter. */
export interface Sequence {
  readonly items: readonly Item[];
  /** It compares two things: `between A and B` is `between B and A`. */
  readonly symmetric: boolean;
  /** How many words turn a phrase round: `bitten by`, `price of`. */
  readonly turns: number;
}

/** Reads the words whose order may matter: content, numbers, and what points a direction. */
export function createSequenceReader({
  order,
  conjunctions,
  functionWords,
}: GuardLanguage): (tokens: readonly Token[]) => Sequence {
  const grammar = new Set(functionWords);
  const pointing = new Set(order.directions);
  const symmetric = new Set(order.symmetric);
  const turning = new Set(order.turning);
  const joining = new Set([",", ...conjunctions.and, ...conjunctions.or]);
  return (tokens) => {
    const items: Item[] = [];
    let joined = false;
    for (const { kind, word, key } of tokens) {
      const points = pointing.has(word);
      if (joining.has(word)) joined = true;
      else if (points || kind === "number" || (kind === "word" && !grammar.has(word))) {
        items.push({ key, points, joined });
        joined = false;
      }
    }
    return {
      items,
      symmetric: tokens.some(({ word }) => symmetric.has(word)),
      turns: tokens.filter(({ word }) => turning.has(word)).length,
    };
  };
}

/**
 * True when both have the same words and two of them have changed places around a third: `from A to
 * B`, `A eats B`. Clauses that have moved whole keep the order inside.
 */
export function orderDiffers(asked: Sequence, stored: Sequence): boolean {
  if (asked.symmetric || stored.symmetric || asked.turns !== stored.turns) return false;
  if (Math.max(asked.items.length, stored.items.length) > LONGEST) return false;
  const [left, right] = [comparable(asked, stored), comparable(stored, asked)];
  const places = new Map(right.map(({ key }, at) => [key, at]));
  const order = left.flatMap(({ key }) => places.get(key) ?? []);
  if (order.length !== left.length || order.length !== right.length) return false;
  return left.some((item, at) =>
    item.points ? isTurnedAround(order, at) : isTurned(order, at, left, right),
  );
}

/** Words that come once, and pointing words that both have. */
function comparable({ items }: Sequence, other: Sequence): readonly Item[] {
  const others = new Set(other.items.map(({ key }) => key));
  const repeated = new Set([...repeats(items), ...repeats(other.items)]);
  return items.filter(({ key, points }) => !repeated.has(key) && (!points || others.has(key)));
}

function repeats(items: readonly Item[]): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => (seen.size === seen.add(key).size ? [key] : []));
}

/** Something before it is now behind it, and the other way round. */
function isTurnedAround(order: readonly number[], at: number): boolean {
  const middle = order[at] ?? 0;
  return (
    order.slice(0, at).some((place) => place > middle) &&
    order.slice(at + 1).some((place) => place < middle)
  );
}

/** It and its two neighbours now stand in the opposite order, and are no list. */
function isTurned(
  order: readonly number[],
  at: number,
  left: readonly Item[],
  right: readonly Item[],
): boolean {
  const [before, middle, behind] = order.slice(Math.max(0, at - 1), at + 2);
  if (before === undefined || middle === undefined || behind === undefined || at === 0)
    return false;
  const isReversed = before === middle + 1 && behind === middle - 1;
  const links = [left[at], left[at + 1], right[middle], right[middle + 1]];
  return isReversed && links.every((item) => item?.joined !== true);
}
