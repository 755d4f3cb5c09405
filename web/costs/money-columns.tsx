import type { CostRow } from "../api/types.ts";
import { Money } from "../components/money.tsx";
import type { Column } from "../components/table.tsx";
import { placesOf, toNanoUsd } from "../format/money.ts";
import { formatCount, formatShare } from "../format/numbers.ts";

/** The columns of every cost table; all amounts of a table have the same number of decimal places. */
export function moneyColumns(rows: readonly CostRow[]): readonly Column<CostRow>[] {
  const places = placesOf(
    rows.flatMap(({ cost }) => [cost.total, cost.saved, cost.net_saved].map(toNanoUsd)),
  );
  const money = (usd: string) => <Money usd={usd} places={places} />;
  return [
    { name: "Requests", isNumber: true, cell: ({ requests }) => formatCount(requests) },
    { name: "Hit rate", isNumber: true, isMinor: true, cell: (row) => rateOf(row) },
    { name: "Spent", isNumber: true, cell: ({ cost }) => money(cost.total) },
    { name: "Saved", isNumber: true, isMinor: true, cell: ({ cost }) => money(cost.saved) },
    {
      name: "Net saved",
      isNumber: true,
      isMinor: true,
      cell: ({ cost }) => money(cost.net_saved),
    },
  ];
}

function rateOf({ hits, misses, hit_rate: rate }: CostRow): string {
  const lookedUp = hits.exact + hits.semantic + hits.verified + misses;
  return lookedUp === 0 ? "–" : formatShare(rate);
}
