import type { Quantities, Quantity } from "./quantities.ts";
import type { GuardFinding } from "./types.ts";

/**
 * Hard if each question has a number that the other lacks. Soft if only one has an ordinal or an amount: `the
 * second largest` and `the largest`, `after 60 days`. A missing bare number does not count.
 */
export function compareNumbers(
  asked: Quantities,
  stored: Quantities,
): GuardFinding["strength"] | undefined {
  const byAmount = cancel(asked.quantities, stored.quantities, ({ amount }) => amount ?? []);
  const [left, right] = cancel(...byAmount, ({ numbers }) => numbers).map((quantities) =>
    quantities.filter(({ weak, amount }) => !weak || amount !== undefined),
  );
  if (left === undefined || right === undefined) return undefined;
  const all = [...left, ...right];
  if (left.length > 0 && right.length > 0) {
    // Years are compared as dates.
    return all.every(({ isYear }) => isYear) ? undefined : "hard";
  }
  const tells = ({ isOrdinal, amount, weak }: Quantity) =>
    isOrdinal || (amount !== undefined && !weak);
  return all.some(tells) ? "soft" : undefined;
}

type KeysOf = (quantity: Quantity) => string | readonly string[];
type Sides = readonly [readonly Quantity[], readonly Quantity[]];

/**
 * Cancels quantities of the two sides that share a key and returns the rest. Symmetric: each side is sorted,
 * weak quantities last.
 */
function cancel(left: readonly Quantity[], right: readonly Quantity[], keysOf: KeysOf): Sides {
  const [one, other] = [strongFirst(left), strongFirst(right)];
  if (JSON.stringify(one) <= JSON.stringify(other)) return takeAway(one, other, keysOf);
  const [otherLeft, oneLeft] = takeAway(other, one, keysOf);
  return [oneLeft, otherLeft];
}

function strongFirst(quantities: readonly Quantity[]): readonly Quantity[] {
  return quantities.toSorted((one, other) => Number(one.weak) - Number(other.weak));
}

function takeAway(left: readonly Quantity[], right: readonly Quantity[], keysOf: KeysOf): Sides {
  const waiting = new Map<string, Quantity[]>();
  // Consumed from the end.
  for (const quantity of right.toReversed()) {
    for (const key of [keysOf(quantity)].flat()) {
      const queue = waiting.get(key);
      if (queue === undefined) waiting.set(key, [quantity]);
      else queue.push(quantity);
    }
  }
  const taken = new Set<Quantity>();
  const hasPartner = (key: string) => {
    const queue = waiting.get(key) ?? [];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (!taken.has(next)) return taken.add(next).size > 0;
    }
    return false;
  };
  const alone = left.filter((quantity) => ![keysOf(quantity)].flat().some(hasPartner));
  return [alone, right.filter((quantity) => !taken.has(quantity))];
}
