import type { Quantities, Quantity } from "./quantities.ts";

/** True when each question has a number that the other has not. */
export function numbersDiffer(asked: Quantities, stored: Quantities): boolean {
  const left = unmatched(asked.quantities, stored.quantities);
  const right = unmatched(stored.quantities, asked.quantities);
  return left.length > 0 && right.length > 0 && ![...left, ...right].every(({ weak }) => weak);
}

function unmatched(
  quantities: readonly Quantity[],
  others: readonly Quantity[],
): readonly Quantity[] {
  const numbers = new Set(others.flatMap(({ numbers }) => numbers));
  const amounts = new Set(others.map(({ amount }) => amount));
  return quantities.filter(
    (quantity) =>
      !quantity.numbers.some((number) => numbers.has(number)) &&
      (quantity.amount === undefined || !amounts.has(quantity.amount)),
  );
}
