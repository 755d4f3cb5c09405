import type { Quantities, Quantity } from "./quantities.ts";
import type { GuardFinding } from "./types.ts";

/**
 * Each question has a number that the other has not: hard. One has an ordinal that the other leaves
 * out, `the second largest` against `the largest`: soft. A cardinal that is left out says nothing.
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
  return all.some(({ isOrdinal }) => isOrdinal) ? "soft" : undefined;
}

/** What is left when each quantity has taken one of the other side with it that has a key in common. */
function cancel(
  left: readonly Quantity[],
  right: readonly Quantity[],
  keysOf: (quantity: Quantity) => string | readonly string[],
): readonly [readonly Quantity[], readonly Quantity[]] {
  const waiting = new Map<string, Quantity[]>();
  for (const quantity of right) {
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
