import type { GuardLanguage } from "./guard-language.ts";
import type { Token } from "./tokens.ts";
import type { GuardFinding } from "./types.ts";

/** Maximum words; longer questions make several statements, in any order. */
const LONGEST = 24;
/** Maximum additional content words of each question if a word like `to` defines the roles. */
const MOST_OWN = 1;

interface Item {
  readonly key: string;
  /** A function word with two different sides. */
  readonly points: boolean;
  /** The last direction word before it: `from` of `from Free`. */
  readonly governor: string;
  /** Continues a list: the `B` of `A and B`. */
  readonly joined: boolean;
}

/** The words of a question whose order may matter. */
export interface Sequence {
  readonly items: readonly Item[];
  /** True for a comparison: `between A and B` equals `between B and A`. */
  readonly symmetric: boolean;
  /** Number of words that reverse a phrase: `bitten by`, `price of`. */
  readonly turns: number;
}

/** Reads the words whose order may matter: content words, numbers and direction words. */
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
    const times = new Map<string, number>();
    let joined = false;
    let governor = "";
    for (const { kind, word, key } of tokens) {
      const points = pointing.has(word);
      if (points) governor = word;
      if (joining.has(word)) joined = true;
      else if (points || kind === "number" || (kind === "word" && !grammar.has(word))) {
        times.set(word, (times.get(word) ?? 0) + 1);
        // The `to` of `to convert A to B` differs from the second one.
        items.push({ key: points ? `${word} ${times.get(word)}` : key, points, governor, joined });
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
 * Detects two common words that swapped places around others: `from A to B`, `A eats B`. A clause that moved as
 * a whole keeps its inner order. Hard if all words are the same: both questions then find the same passages, so
 * evidence cannot distinguish them.
 */
export function compareOrder(
  asked: Sequence,
  stored: Sequence,
): GuardFinding["strength"] | undefined {
  if (!areComparable(asked, stored)) return undefined;
  const repeated = new Set([...repeats(asked.items), ...repeats(stored.items)]);
  const [left, leftOwn] = shared(asked, stored, repeated);
  const [right, rightOwn] = shared(stored, asked, repeated);
  if (Math.max(leftOwn, rightOwn) > MOST_OWN) return undefined;
  const places = new Map(right.map(({ key }, at) => [key, at]));
  const order = left.map(({ key }) => places.get(key) ?? 0);
  const isPointedBack = left.some(
    ({ points }, at) =>
      points && isTurnedAround(order, at) && left[at + 1]?.key !== right[(order[at] ?? 0) + 1]?.key,
  );
  if (leftOwn + rightOwn > 0) return isPointedBack ? "soft" : undefined;
  return isPointedBack || haveChangedPlaces(order, left, right) ? "hard" : undefined;
}

function areComparable(asked: Sequence, stored: Sequence): boolean {
  if (asked.symmetric || stored.symmetric || asked.turns !== stored.turns) return false;
  return Math.max(asked.items.length, stored.items.length) <= LONGEST;
}

/** Compares the order of the common words. */
function haveChangedPlaces(
  order: readonly number[],
  left: readonly Item[],
  right: readonly Item[],
): boolean {
  if (isGovernedOtherwise(left, right)) return true;
  if (isExchange(order) && !isList(order, left, right)) return true;
  return left.some((_item, at) => isTurned(order, at, left, right));
}

/** The words that both have once, and the number of remaining content words. */
function shared(
  { items }: Sequence,
  other: Sequence,
  repeated: ReadonlySet<string>,
): readonly [readonly Item[], number] {
  const others = new Set(other.items.map(({ key }) => key));
  const once = items.filter(
    ({ key, points }) => !repeated.has(key) && (!points || others.has(key)),
  );
  const both = once.filter(({ key }) => others.has(key));
  return [both, once.length - both.length];
}

function repeats(items: readonly Item[]): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => (seen.size === seen.add(key).size ? [key] : []));
}

/** A word follows a different direction word: `from my folder to Team`, `from Team to my folder`. */
function isGovernedOtherwise(left: readonly Item[], right: readonly Item[]): boolean {
  const pointing = new Set(left.filter(({ points }) => points).map(({ governor }) => governor));
  const governors = new Map(right.map(({ key, governor }) => [key, governor]));
  return left.some(({ key, governor, points }) => {
    const other = governors.get(key) ?? governor;
    return !points && other !== governor && pointing.has(other) && pointing.has(governor);
  });
}

/** All keep their position except two that are not neighbours. */
function isExchange(order: readonly number[]): boolean {
  const moved = order.flatMap((place, at) => (place === at ? [] : [at]));
  const [first = 0, second = 0] = moved;
  return moved.length === 2 && second - first > 1;
}

/** The later one continues a list: `dogs, cats and birds`. */
function isList(order: readonly number[], left: readonly Item[], right: readonly Item[]): boolean {
  const last = order.findLastIndex((place, at) => place !== at);
  return left[last]?.joined === true || right[last]?.joined === true;
}

/** A word before it is now after it, and the reverse. A clause that moved as a whole keeps its target. */
function isTurnedAround(order: readonly number[], at: number): boolean {
  const middle = order[at] ?? 0;
  return (
    order.slice(0, at).some((place) => place > middle) &&
    order.slice(at + 1).some((place) => place < middle)
  );
}

/** It and its neighbours are now in the opposite order, and not a list. */
function isTurned(
  order: readonly number[],
  at: number,
  left: readonly Item[],
  right: readonly Item[],
): boolean {
  const [before, middle, behind] = order.slice(Math.max(0, at - 1), at + 2);
  if (at === 0 || before === undefined || middle === undefined || behind === undefined)
    return false;
  const links = [left[at], left[at + 1], right[middle], right[middle + 1]];
  return (
    before === middle + 1 && behind === middle - 1 && links.every((item) => item?.joined !== true)
  );
}
