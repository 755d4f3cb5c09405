import { rowOf } from "./make-rows.ts";
import type { Row, Segment } from "./types.ts";

/** Lines that must begin at the right column's edge. */
const LEAST_LINES = 5;
/** Tolerance of an edge, in points. */
const EDGE = 3;
/** A column's lines fill at least this share of it, and have this many characters, by their median. */
const LEAST_FILL = 0.5;
const LEAST_CHARACTERS = 16;
/** Lines with gaps in them are no more than this share of a column. */
const MOST_APART = 0.3;
/** Lines of a column begin no farther from its edge, in points. */
const MAX_INDENT = 45;
/** Columns within columns. */
const MAX_DEPTH = 3;
/** A column goes on below the end of the one beside it, down to a gap of this many font sizes. */
const COLUMN_GAP = 1.7;

/** Rows in which text is set in two columns. */
interface Band {
  readonly from: number;
  readonly to: number;
  /** Left edge of the right column. */
  readonly edge: number;
}

/**
 * The rows of a page in the order in which they are read: where text is set in columns, one after the
 * other. Lines across all columns keep their place between them. A table is no columns: its cells are
 * short.
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

/** The next rows in columns; of several edges the one whose band begins first, then the longest one. */
function nextBand(rows: readonly Row[], from: number): Band | undefined {
  const bands = edgesOf(rows.slice(from)).flatMap((edge) => bandsOf(rows, from, edge));
  const [first] = bands.sort(
    (one, other) => one.from - other.from || other.to - other.from - (one.to - one.from),
  );
  return first;
}

/** Places where many lines begin that are not the first on their row, or begin farther right than others. */
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

/** Runs of rows that no segment crosses the edge in, as far as both sides of them are columns of prose. */
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
 * From the first line of the right column on. Down to where the run ends; where a table or the like ends
 * it, to the last line of either column.
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

/** Long lines of one segment each; a few are justified with gaps as wide as those of a table. */
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

/** The middle one of some numbers; 0 of none. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
