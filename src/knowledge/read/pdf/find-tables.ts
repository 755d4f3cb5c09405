import { hasHeader } from "../markdown-table.ts";
import { rowOf } from "./make-rows.ts";
import type { Row, Segment } from "./types.ts";

/** Minimum rows of a table. */
const LEAST_ROWS = 2;
/** Maximum distance of rows in a table, in font sizes. */
const ROW_GAP = 4;
/** Maximum distance of lines within a row, as a share of the widest gap between lines, if gaps differ. */
const CLOSE = 0.7;
/** Maximum distance of lines within a row, in font sizes, unless other gaps are wider. */
const LINE_GAP = 1.45;

/** A table on a page. */
export interface FoundTable {
  readonly rows: readonly (readonly string[])[];
  readonly isHeaded: boolean;
}

/** Rows, or the table that they form. */
export type RowGroup =
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  | ({ readonly kind: "table" } & FoundTable);

interface Column {
  readonly start: number;
  readonly end: number;
}

/** Finds runs of rows whose segments are in the same columns. */
export function findTables(rows: readonly Row[]): RowGroup[] {
  const groups: RowGroup[] = [];
  let plain: Row[] = [];
  for (let at = 0; at < rows.length;) {
    const run = tableRun(rows, at);
    const table = run === undefined ? undefined : toTable(rows.slice(at, run.end), run.columns);
    if (run === undefined || table === undefined) {
      const row = rows[at];
      if (row !== undefined) plain.push(row);
      at += 1;
    } else {
      if (plain.length > 0) groups.push({ kind: "rows", rows: plain });
      plain = [];
      groups.push(table);
      at = run.end;
    }
  }
  if (plain.length > 0) groups.push({ kind: "rows", rows: plain });
  return groups;
}

/** The longest run of rows in columns that begins here. Undefined if it is not a table. */
function tableRun(
  rows: readonly Row[],
  from: number,
): { end: number; columns: readonly Column[] } | undefined {
  if (!startsTable(rows, from)) return undefined;
  let columns: readonly Column[] = [];
  let end = from;
  for (; end < rows.length; end += 1) {
    const next = end > from && isFar(rows, end) ? undefined : withRow(columns, rows, end);
    if (next === undefined) break;
    columns = next;
  }
  const full = rows.slice(from, end).filter(({ segments }) => segments.length > 1);
  return full.length >= LEAST_ROWS && columns.length > 1 ? { end, columns } : undefined;
}

/** Whether a row has two cells, or is the first line of a cell whose row has other cells just below. */
function startsTable(rows: readonly Row[], at: number): boolean {
  const [row, next] = [rows[at], rows[at + 1]];
  if (row === undefined || next === undefined) return false;
  if (row.segments.length > 1) return true;
  return next.segments.length > 1 && next.y - row.y < 0.8 * row.height;
}

function isFar(rows: readonly Row[], at: number): boolean {
  const [before, row] = [rows[at - 1], rows[at]];
  if (before === undefined || row === undefined) return true;
  return row.y - before.y > ROW_GAP * Math.max(row.height, 1) || row.y < before.y;
}

/** Whether a line of one segment is part of a cell: lines with more cells are close. */
function isWithin(rows: readonly Row[], at: number): boolean {
  const row = rows[at];
  if (row === undefined) return false;
  const isNear = (other: Row | undefined) =>
    other !== undefined && Math.abs(other.y - row.y) <= LINE_GAP * Math.max(row.height, 1);
  const isFull = (other: Row | undefined) => isNear(other) && (other?.segments.length ?? 0) > 1;
  const [above, below] = [rows[at - 1], rows[at + 1]];
  if (isFull(above) && !startsAtLeft(row, above)) return true;
  const isHalfAbove = below !== undefined && below.y - row.y < 0.8 * Math.max(row.height, 1);
  const isHalfBelow = above !== undefined && row.y - above.y < 0.8 * Math.max(row.height, 1);
  return (isFull(below) && isHalfAbove) || (isFull(above) && isHalfBelow) || isNearWrap(rows, at);
}

/** Whether this is the third or a later line of a cell. */
function isNearWrap(rows: readonly Row[], at: number): boolean {
  const [row, above] = [rows[at], rows[at - 1]];
  if (row === undefined || above === undefined || above.segments.length > 1) return false;
  const [one, other] = [row.segments[0], above.segments[0]];
  const isClose = row.y - above.y <= LINE_GAP * Math.max(row.height, 1);
  return isClose && one !== undefined && other !== undefined && Math.abs(one.x - other.x) < 2;
}

function startsAtLeft(row: Row, above: Row | undefined): boolean {
  const [first] = row.segments;
  const [left] = above?.segments ?? [];
  return first !== undefined && left !== undefined && first.x <= left.end;
}

/**
 * Adds a row to the columns. Undefined if a segment spans two columns, or a line of one segment is not part of
 * a cell.
 */
function withRow(
  columns: readonly Column[],
  rows: readonly Row[],
  at: number,
): readonly Column[] | undefined {
  const segments = rows[at]?.segments ?? [];
  const isSingle = segments.length < 2;
  if (isSingle && !isWithin(rows, at)) return undefined;
  let wider: Column[] | undefined = [...columns];
  const used = new Set<number>();
  for (const segment of segments) {
    const mayBegin = !isSingle || columns.length < 2;
    wider = wider && withSegment(wider, segment, used, mayBegin);
  }
  return wider?.sort((one, other) => one.start - other.start);
}

/** @param used starts of the columns in which the row already has a cell */
function withSegment(
  columns: readonly Column[],
  { x, end }: Segment,
  used: Set<number>,
  mayBegin: boolean,
): Column[] | undefined {
  const [column, ...more] = columns.filter((each) => x < each.end && end > each.start);
  if (column === undefined) {
    used.add(x);
    return mayBegin ? [...columns, { start: x, end }] : undefined;
  }
  if (more.length > 0 || used.has(column.start)) return undefined;
  const joined = { start: Math.min(column.start, x), end: Math.max(column.end, end) };
  used.add(joined.start);
  return [...columns.filter((each) => each !== column), joined];
}

function toTable(
  rows: readonly Row[],
  columns: readonly Column[],
): ({ kind: "table" } & FoundTable) | undefined {
  const groups = groupLines(rows);
  const cells = groups.map((lines) =>
    columns.map(({ start, end }) =>
      lines
        .flatMap(({ segments }) => segments)
        .filter((segment) => segment.x < end && segment.end > start)
        .map(({ text }) => text.trim())
        .join(" "),
    ),
  );
  if (cells.length < LEAST_ROWS || isList(cells) || isSparse(cells)) return undefined;
  const first = groups.map((lines) => rowOf(lines.flatMap(({ segments }) => segments)));
  return { kind: "table", rows: cells, isHeaded: hasHeader(cells) || isSetApart(first) };
}

/**
 * Groups lines into rows. If gaps differ, narrow gaps are within rows; otherwise single cells continue the row
 * above.
 */
function groupLines(rows: readonly Row[]): Row[][] {
  const gaps = rows.slice(1).map((row, index) => row.y - (rows[index]?.y ?? 0));
  const widest = Math.max(...gaps);
  const hasNarrow = gaps.some((gap) => gap < CLOSE * widest);
  const hasSingles = rows.some(({ segments }) => segments.length < 2);
  const groups: Row[][] = [];
  for (const [index, row] of rows.entries()) {
    const last = groups.at(-1);
    const isNarrow = hasNarrow && (gaps[index - 1] ?? Infinity) < CLOSE * widest;
    const goesOn = hasNarrow && hasSingles ? isNarrow : row.segments.length < 2;
    if (last !== undefined && goesOn) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** Whether the cells are a list: bullets or numbers before text. */
function isList(cells: readonly (readonly string[])[]): boolean {
  return (
    cells[0]?.length === 2 &&
    cells.every(([mark = ""]) => /^(?:[^\p{L}\p{N}]|\(?(?:\d{1,3}|[a-z])[.)])$/u.test(mark))
  );
}

/** Whether most cells are empty: prose with wide gaps can look like columns. */
function isSparse(cells: readonly (readonly string[])[]): boolean {
  const all = cells.flat();
  return all.filter((cell) => cell !== "").length < 0.5 * all.length;
}

/** Whether only the first row has its font. */
function isSetApart([first, ...others]: readonly Row[]): boolean {
  const font = first?.segments[0]?.font;
  return others.length > 0 && others.every(({ segments }) => segments[0]?.font !== font);
}
