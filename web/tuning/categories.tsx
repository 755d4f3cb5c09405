import type { Evaluation } from "../api/types.ts";
import { Table, type Column } from "../components/table.tsx";
import { formatCount, formatSimilarity } from "../format/numbers.ts";

type Category = NonNullable<Evaluation["categories"]>[number];

const COLUMNS: readonly Column<Category>[] = [
  { name: "Source", isName: true, cell: ({ category }) => category.replace(/^file:/, "") },
  { name: "Lookups", isNumber: true, cell: ({ lookups }) => formatCount(lookups) },
  { name: "Labels", isNumber: true, cell: ({ labels }) => formatCount(labels) },
  { name: "Recommended", isNumber: true, cell: (row) => adviceOf(row) },
];

/** The recommendations by source of the answers, collapsed. */
export function Categories({ rows }: { readonly rows: readonly Category[] }) {
  if (rows.length === 0) return null;
  return (
    <details class="chart-figures">
      <summary>By source</summary>
      <Table
        caption="Recommendations by source"
        columns={COLUMNS}
        rows={rows.toSorted((one, other) => other.lookups - one.lookups)}
        keyOf={({ category }) => category}
      />
    </details>
  );
}

function adviceOf({ recommended, insufficient_data: missing }: Category): string {
  if (recommended !== null) return formatSimilarity(recommended);
  if (missing?.reason === "too-many-wrong") return "too many wrong";
  const needed = missing?.labels_needed ?? null;
  return needed === null ? "too few labels" : `${formatCount(needed)} labels missing`;
}
