import type { Quantities } from "./quantities.ts";

/** True when the questions measure the same number, or nothing, in other units: `5 kg`, `5 lb`. */
export function unitsDiffer(asked: Quantities, stored: Quantities): boolean {
  return (
    differ(measures(asked, stored), measures(stored, asked)) ||
    differ(asked.bareUnits, stored.bareUnits)
  );
}

/** The amounts whose numbers the other question has too. */
function measures({ quantities }: Quantities, other: Quantities): readonly string[] {
  const numbers = new Set(other.quantities.flatMap(({ numbers }) => numbers));
  return quantities
    .filter((quantity) => quantity.numbers.some((number) => numbers.has(number)))
    .flatMap(({ amount }) => amount ?? []);
}

function differ(left: readonly string[], right: readonly string[]): boolean {
  const [lefts, rights] = [new Set(left), new Set(right)];
  return left.some((each) => !rights.has(each)) && right.some((each) => !lefts.has(each));
}
