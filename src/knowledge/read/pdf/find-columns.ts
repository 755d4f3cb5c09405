import { rowOf } from "./make-rows.ts";
import type { Row, Segment } from "./types.ts";

/** Minimum lines that begin at the right column's edge. */
const LEAST_LINES = 5;
/** Tolerance of an edge, in points. */
const EDGE = 3;
/** Minimum median of a column's lines: share of the width, and number of characters. */
const LEAST_FILL = 0.5;
const LEAST_CHARACTERS = 16;
/** Maximum share of a column's lines with gaps. */
const MOST_APART = 0.3;
/** Maximum indent of a line in a column, in points. */
const MAX_INDENT = 45;
/** Maximum nesting of columns. */
const MAX_DEPTH = 3;
/** Gap that ends a column below the end of the other one, in font sizes. */
const COLUMN_GAP = 1.7;

/** Rows of text in two columns. */
interface Band {
  readonly from: number;
  readonly to: number;
  /** Left edge of the right column. */
  readonly edge: number;
}

/**
 * Orders the rows of a page for reading: columns one after the other. Lines across all columns keep their
 * position between them. Tables are not treated as columns: their cells are short.
 */
export function inReadingOrder(rows: readonly Row[], depth = 0): Row[] {
  const ordered: Row[] = [];
  for (let at = 0; at < rows.length;) {
    const band = depth < MAX_DEPTH ? nextBand(rows, at) : undefined;
    if (band === undefined) return [...ordered, ...rows.slice(at)];
    const columns = rows.slice(band.from, band.to);
    const isLeft = (segment: Segment) => segment.x < band.edge - EDGE;
    ordered.push(
      ...rows.slice(at, band.from),
      ...inReadingOrder(sideOf(columns, isLeft), depth + 1),
      ...inReadingOrder(
        sideOf(columns, (segment) => !isLeft(segment)),
        depth + 1,
      ),
    );
    at = band.to;
  }
  return ordered;
}

function sideOf(rows: readonly Row[], belongs: (segment: Segment) => boolean): Row[] {
  const lines = rows
    .map(({ segments }) => segments.filter(belongs))
    .filter((segments) => segments.length > 0);
  const edge = Math.max(...lines.map((segments) => segments.at(-1)?.end ?? 0));
  return lines.map((segments) => ({ ...rowOf(segments), edge }));
}

/** The next rows in columns. Of several edges, the one whose band begins first, then the longest band. */
function nextBand(rows: readonly Row[], from: number): Band | undefined {
  const bands = edgesOf(rows.slice(from)).flatMap((edge) => bandsOf(rows, from, edge));
  const [first] = bands.sort(
    (one, other) => one.from - other.from || other.to - other.from - (one.to - one.from),
  );
  return first;
}

/** Edges at which many lines begin, other than the left edge of the page. */
function edgesOf(rows: readonly Row[]): number[] {
  const left = Math.min(...rows.flatMap(({ segments }) => segments.map(({ x }) => x)));
  const counts = new Map<number, number>();
  for (const { x } of rows.flatMap(({ segments }) => segments)) {
    if (x <= left + EDGE) continue;
    const edge = Math.round(x / EDGE);
    counts.set(edge, (counts.get(edge) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= LEAST_LINES).map(([edge]) => edge * EDGE);
}

/** Runs of rows in which no segment crosses the edge, if both sides are columns of prose. */
function bandsOf(rows: readonly Row[], from: number, edge: number): Band[] {
  const bands: Band[] = [];
  for (let at = from; at < rows.length; at += 1) {
    if (crosses(rows[at], edge)) continue;
    let end = at;
    while (end < rows.length && !crosses(rows[end], edge)) end += 1;
    const band = trimmed(rows, { from: at, to: end, edge });
    if (band !== undefined && isColumns(rows.slice(band.from, band.to), edge)) bands.push(band);
    at = end;
  }
  return bands;
}

function crosses(row: Row | undefined, edge: number): boolean {
  return row?.segments.some(({ x, end }) => x < edge - EDGE && end > edge + EDGE) ?? false;
}

/**
 * Trims a band to start at the first line of the right column. It ends at the end of the run, or, if a table or
 * similar ends it, after the last line of either column.
 */
function trimmed(rows: readonly Row[], { from, to, edge }: Band): Band | undefined {
  const isRight = ({ segments }: Row) => segments.some(({ x }) => Math.abs(x - edge) <= EDGE);
  const isOther = ({ segments }: Row) => {
    const [first, ...more] = segments.filter(({ x }) => x > edge - EDGE);
    return first !== undefined && (more.length > 0 || first.x > edge + MAX_INDENT);
  };
  const run = rows.slice(from, to);
  const first = run.findIndex(isRight);
  if (first === -1) return undefined;
  const other = run.findIndex((row, index) => index > first && isOther(row) && !isRight(row));
  let begin = from + first;
  while (begin > from && goesOn(rows[begin - 1], rows[begin])) begin -= 1;
  if (other === -1) return { from: begin, to, edge };
  let last = from + run.slice(0, other).findLastIndex(isRight);
  while (last + 1 < from + other && goesOn(rows[last], rows[last + 1])) last += 1;
  return { from: begin, to: last + 1, edge };
}

function goesOn(above: Row | undefined, below: Row | undefined): boolean {
  if (above === undefined || below === undefined) return false;
  const size = Math.max(1, Math.min(above.height, below.height));
  return below.y - above.y <= COLUMN_GAP * size && Math.abs(above.height - below.height) < 0.6;
}

function isColumns(rows: readonly Row[], edge: number): boolean {
  return isProse(rows, ({ x }) => x < edge - EDGE) && isProse(rows, ({ x }) => x >= edge - EDGE);
}

/** Whether lines are long and mostly of one segment. A few justified lines have gaps as wide as in a table. */
function isProse(rows: readonly Row[], belongs: (segment: Segment) => boolean): boolean {
  const lines = rows
    .map(({ segments }) => segments.filter(belongs))
    .filter((segments) => segments.length > 0);
  if (lines.length < LEAST_LINES) return false;
  const apart = lines.filter((segments) => segments.length > 1).length;
  if (apart > MOST_APART * lines.length) return false;
  const spans = lines.map((segments) => ({
    start: segments[0]?.x ?? 0,
    end: segments.at(-1)?.end ?? 0,
    characters: segments.map(({ text }) => text).join(" ").length,
  }));
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const width = median(spans.map((span) => span.end - span.start));
  const characters = median(spans.map((span) => span.characters));
  return width >= LEAST_FILL * (end - start) && characters >= LEAST_CHARACTERS;
}

/** Median; 0 for an empty list. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
