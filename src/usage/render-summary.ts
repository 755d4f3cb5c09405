import { addTotals, hitRate } from "./request-cost.ts";
import { formatNanoUsd } from "./prices.ts";
import type { Ledger, LedgerRange, ReportGroup, ReportRow } from "./types.ts";

/** The tables of a summary, with their maximum number of rows. */
const TABLES: readonly { groupBy: ReportGroup; title: string; lines: number }[] = [
  { groupBy: "day", title: "By day", lines: 31 },
  { groupBy: "model", title: "By model", lines: 20 },
  { groupBy: "tenant", title: "By tenant", lines: 20 },
  { groupBy: "user", title: "Users that cost most", lines: 10 },
  { groupBy: "conversation", title: "Conversations that cost most", lines: 10 },
];

const HEADER = ["", "requests", "hits", "hit rate", "tokens", "cost USD", "saved USD", "net USD"];

/** Renders a summary as plain text. */
export async function renderSummary(
  ledger: Ledger,
  range: LedgerRange & { timeZone: string },
): Promise<string> {
  const tables: string[] = [];
  for (const { groupBy, title, lines } of TABLES) {
    const rows = await ledger.report({ ...range, groupBy });
    if (rows.length === 0) return "There are no requests in this period.";
    const shown = groupBy === "day" ? rows.slice(-lines) : byCost(rows).slice(0, lines);
    tables.push(renderTable(title, shown, rows));
  }
  return tables.join("\n\n");
}

function byCost(rows: readonly ReportRow[]): ReportRow[] {
  return rows.toSorted((a, b) =>
    Number(b.totals.totalNanoUsd - a.totals.totalNanoUsd || b.totals.requests - a.totals.requests),
  );
}

function renderTable(
  title: string,
  shown: readonly ReportRow[],
  all: readonly ReportRow[],
): string {
  const total = { key: "all", totals: all.map(({ totals }) => totals).reduce(addTotals) };
  const cells = [HEADER, ...[...shown, total].map(toCells)];
  const widths = HEADER.map((_name, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const lines = cells.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  const hidden = all.length - shown.length;
  const { unpriced } = total.totals;
  const notes = [
    ...(hidden > 0 ? [`${hidden} more rows are included in the sum.`] : []),
    ...(unpriced > 0
      ? [`${unpriced} requests of unpriced models are not included in the amounts.`]
      : []),
  ];
  return [title, ...lines, ...notes].join("\n");
}

function toCells({ key, totals }: ReportRow): string[] {
  const { exact, semantic, verified } = totals.hits;
  return [
    key ?? "(none)",
    String(totals.requests),
    String(exact + semantic + verified),
    `${(hitRate(totals) * 100).toFixed(1)} %`,
    String(totals.promptTokens + totals.completionTokens),
    formatNanoUsd(totals.totalNanoUsd),
    formatNanoUsd(totals.savedNanoUsd),
    formatNanoUsd(totals.netSavedNanoUsd),
  ];
}
