import type { CostRow } from "../api/types.ts";
import { Money } from "../components/money.tsx";
import type { Column } from "../components/table.tsx";
import { formatCount, formatShare } from "../format/numbers.ts";

/** The figures of every table of costs. */
export const MONEY_COLUMNS: readonly Column<CostRow>[] = [
  { name: "Requests", isNumber: true, cell: ({ requests }) => formatCount(requests) },
  { name: "Hit rate", isNumber: true, cell: (row) => rateOf(row) },
  { name: "Spent", isNumber: true, cell: ({ cost }) => <Money usd={cost.total} /> },
  { name: "Saved", isNumber: true, isMinor: true, cell: ({ cost }) => <Money usd={cost.saved} /> },
  { name: "Net saved", isNumber: true, cell: ({ cost }) => <Money usd={cost.net_saved} /> },
];

function rateOf({ hits, misses, hit_rate: rate }: CostRow): string {
  const lookedUp = hits.exact + hits.semantic + hits.verified + misses;
  return lookedUp === 0 ? "–" : formatShare(rate);
}
