import type { Quantities, Quantity } from "./quantities.ts";
import type { GuardFinding } from "./types.ts";

/**
 * Each question has a number that the other has not: hard. One has an ordinal or an amount that the
 * other leaves out, `the second largest` against `the largest`, `after 60 days`: soft. A bare number
 * that is left out says nothing.
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
    // Two years are a matter of dates.
    return all.every(({ isYear }) => isYear) ? undefined : "hard";
  }
  const tells = ({ isOrdinal, amount, weak }: Quantity) =>
    isOrdinal || (amount !== undefined && !weak);
  return all.some(tells) ? "soft" : undefined;
}

type KeysOf = (quantity: Quantity) => string | readonly string[];
type Sides = readonly [readonly Quantity[], readonly Quantity[]];

/**
 * What is left when each quantity has taken one of the other side with it that has a key in common. The
 * same whichever question is which: the sides are taken in an order of their own, what is weak last.
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
  // Taken from the end.
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
