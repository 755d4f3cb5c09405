import type { Quantities } from "./quantities.ts";

/**
 * True if the same number has different units, `5 kg` and `5 lb`, or different units are asked for: `how many
 * miles`.
 */
export function unitsDiffer(asked: Quantities, stored: Quantities): boolean {
  return amountsDiffer(asked, stored) || haveOwn(asked.bareUnits, stored.bareUnits);
}

/** A number has amounts in both questions, but no common one. */
function amountsDiffer(asked: Quantities, stored: Quantities): boolean {
  const amounts = amountsByNumber(stored);
  for (const [number, own] of amountsByNumber(asked)) {
    const others = amounts.get(number);
    if (others !== undefined && [...own].every((amount) => !others.has(amount))) return true;
  }
  return false;
}

function amountsByNumber({ quantities }: Quantities): ReadonlyMap<string, ReadonlySet<string>> {
  const amounts = new Map<string, Set<string>>();
  for (const { numbers, amount } of quantities) {
    if (amount === undefined) continue;
    for (const number of numbers) {
      amounts.set(number, (amounts.get(number) ?? new Set()).add(amount));
    }
  }
  return amounts;
}

function haveOwn(left: readonly string[], right: readonly string[]): boolean {
  const [lefts, rights] = [new Set(left), new Set(right)];
  return left.some((each) => !rights.has(each)) && right.some((each) => !lefts.has(each));
}
