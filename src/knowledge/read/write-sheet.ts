import { delimiterRow, hasNames, isWide, pairsRow, tableRow } from "./markdown-table.ts";
import type { TextWriter } from "./text-writer.ts";

/** A row of a sheet with its number, from 1. */
export interface SheetRow {
  readonly number: number;
  readonly cells: readonly string[];
}

/**
 * Writes rows as tables. An empty row ends a table, a row of one cell above it is the caption, and the next row
 * has the column names. Rows that are too wide are written as `name: value` pairs.
 */
export function writeSheet(
  rows: readonly SheetRow[],
  place: { readonly sheet?: string | undefined; readonly part?: string | undefined },
  writer: TextWriter,
): void {
  let open: SheetRow[] = [];
  const endTable = () => {
    if (open.length > 0) writeTable(open, place, writer);
    open = [];
  };
  for (const row of rows) {
    const last = open.at(-1);
    if (last !== undefined && row.number > last.number + 1) endTable();
    if (row.cells.every((cell) => cell.trim() === "")) endTable();
    else open.push(row);
  }
  endTable();
}

function writeTable(
  rows: readonly SheetRow[],
  place: { readonly sheet?: string | undefined },
  writer: TextWriter,
): void {
  const isCaption = ({ cells }: SheetRow) => cells.filter((cell) => cell.trim() !== "").length < 2;
  const first = rows.findIndex((row) => !isCaption(row));
  const captions = first === -1 ? rows : rows.slice(0, first);
  for (const { number, cells } of captions) {
    writer.setPlace({ ...place, row: number });
    writer.addBlock(cells.join(" ").trim());
  }
  if (first === -1) return;
  const used = usedColumns(rows.slice(first));
  const table = rows.slice(first).map(({ number, cells }) => ({
    number,
    cells: used.map((column) => cells[column] ?? ""),
  }));
  writeRows(table, place, writer);
}

/** Columns with any content. */
function usedColumns(rows: readonly SheetRow[]): number[] {
  const used = new Set<number>();
  for (const { cells } of rows) {
    for (const [column, cell] of cells.entries()) if (cell.trim() !== "") used.add(column);
  }
  return [...used].sort((one, other) => one - other);
}

function writeRows(
  rows: readonly SheetRow[],
  place: { readonly sheet?: string | undefined },
  writer: TextWriter,
): void {
  const [first, ...others] = rows;
  if (first === undefined) return;
  const cells = rows.map((row) => row.cells);
  const isHeaded = hasNames(cells);
  const isInPairs = isHeaded && isWide(first.cells, cells.slice(1));
  writer.setPlace({ ...place, row: isInPairs ? first.number + 1 : first.number });
  if (!isInPairs) writer.addBlock(tableRow(first.cells));
  if (isHeaded && !isInPairs) {
    writer.addLine(delimiterRow(first.cells.length));
    writer.setPlace({ ...place, row: first.number + 1 });
  }
  for (const row of others) {
    if (isInPairs) {
      writer.setPlace({ ...place, row: row.number });
      writer.addBlock(pairsRow(first.cells, row.cells));
    } else writer.addLine(tableRow(row.cells));
  }
}
