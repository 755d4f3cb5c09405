import { median } from "./find-columns.ts";
import { findTables } from "./find-tables.ts";
import { joinLines, type Vocabulary } from "./join-lines.ts";
import type { BodyStyle, PdfBlock, Row } from "./types.ts";

/** Minimum font size of a heading, relative to the text. */
const HEADING_SIZE = 1.12;
/** Maximum heading length, in characters. */
const MAX_HEADING = 160;
/** Minimum gap between paragraphs, relative to the usual gap. */
const PARAGRAPH_GAP = 1.25;
/** Default line distance, in font sizes. */
const USUAL_LEADING = 1.35;
const BULLET = /^(?:[•◦▪▸►●○■□–—*·\uF0B7\uF0A7-]\s+|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s+)(?=\S)/u;

interface Line {
  readonly text: string;
  readonly row: Row;
  readonly x: number;
  readonly end: number;
}

/** Converts the rows of a page, in reading order, to blocks. */
export function makeBlocks(rows: readonly Row[], body: BodyStyle, known: Vocabulary): PdfBlock[] {
  const leading = leadingOf(rows, body);
  return findTables(rows).flatMap((group): PdfBlock[] =>
    group.kind === "table"
      ? [{ kind: "table", rows: group.rows, isHeaded: group.isHeaded }]
      : joinParagraphs(group.rows.map(toLine), { body, known, leading }),
  );
}

function toLine(row: Row): Line {
  const [first] = row.segments;
  const last = row.segments.at(-1);
  const text = row.segments.map(({ text }) => text.trim()).join(" ");
  return { text, row, x: first?.x ?? 0, end: last?.end ?? 0 };
}

/** The usual distance between two lines of a paragraph. */
function leadingOf(rows: readonly Row[], body: BodyStyle): number {
  const gaps = rows
    .map((row, index) => row.y - (rows[index - 1]?.y ?? Infinity))
    .filter((gap) => gap > 0.8 * body.height && gap < 2.2 * body.height);
  return gaps.length < 3 ? USUAL_LEADING * body.height : Math.min(...commonGaps(gaps));
}

/** The median gap, and the smallest if at least a fifth are near it: short paragraphs have few inner gaps. */
function commonGaps(gaps: readonly number[]): number[] {
  const smallest = Math.min(...gaps);
  const near = gaps.filter((gap) => gap <= smallest * 1.08).length;
  return near >= gaps.length / 5 ? [smallest, median(gaps)] : [median(gaps)];
}

interface Context {
  readonly body: BodyStyle;
  readonly known: Vocabulary;
  readonly leading: number;
}

function joinParagraphs(lines: readonly Line[], context: Context): PdfBlock[] {
  const blocks: PdfBlock[] = [];
  const pageEdge = Math.max(0, ...lines.map(({ row, end }) => (row.edge === undefined ? end : 0)));
  let open: OpenBlock | undefined;
  for (const [index, line] of lines.entries()) {
    const kind = kindOf(line, lines[index - 1], lines[index + 1], context);
    const goesOn = open !== undefined && isSameBlock(open, line, kind, context);
    if (open !== undefined && goesOn) {
      open = { ...open, block: withLine(open.block, line, context), last: line };
      open.width = Math.max(open.width, line.end - line.x);
      blocks[blocks.length - 1] = open.block;
    } else {
      const block = toBlock(line, kind);
      open = {
        block,
        last: line,
        start: line,
        width: line.end - line.x,
        edge: line.row.edge ?? pageEdge,
      };
      blocks.push(block);
    }
  }
  return blocks;
}

/** A block that may continue. */
interface OpenBlock {
  readonly block: PdfBlock;
  readonly start: Line;
  last: Line;
  /** Width of its longest line. */
  width: number;
  /** Right end of its column, or of the longest line of the page. */
  readonly edge: number;
}

type LineKind = "heading" | "item" | "paragraph";

function kindOf(
  line: Line,
  before: Line | undefined,
  after: Line | undefined,
  context: Context,
): LineKind {
  const { text } = line;
  const mayBeHeading = text.length <= MAX_HEADING && /\p{L}/u.test(text);
  if (mayBeHeading && (isLarge(line, context) || isSetApart(line, before, after, context))) {
    return "heading";
  }
  return BULLET.test(text) ? "item" : "paragraph";
}

/** Whether the font is a heading's. A sentence in a slightly larger font is not a heading. */
function isLarge({ row, text }: Line, { body }: Context): boolean {
  const size = row.height / body.height;
  return size > 1.4 || (size > HEADING_SIZE && !/[.,;:]$/.test(text));
}

/** A short line in another font, with space above it and text below it. */
function isSetApart(
  { row, text }: Line,
  before: Line | undefined,
  after: Line | undefined,
  { body, leading }: Context,
): boolean {
  const gap = before === undefined ? -1 : row.y - before.row.y;
  const isApart = gap < 0 || gap > PARAGRAPH_GAP * leading;
  const isOther = row.segments.every(({ font }) => font !== body.font);
  const leadsOn = after === undefined || after.row.segments[0]?.font === body.font;
  const isSized = row.height >= 0.98 * body.height;
  return isOther && isApart && leadsOn && isSized && text.length <= 80 && !/[.,;:!?]$/.test(text);
}

function isSameBlock(open: OpenBlock, line: Line, kind: LineKind, context: Context): boolean {
  const { block, last } = open;
  const gap = line.row.y - last.row.y;
  if (kind === "item" || block.kind === "table") return false;
  if (block.kind === "heading" || kind === "heading") {
    return block.kind === kind && isSameHeading(last, line);
  }
  // The next column continues further up.
  if (gap < 0) return !/[.!?:]$/.test(last.text) && /^[\p{Ll}\p{N}(]/u.test(line.text);
  const { leading } = context;
  if (gap > PARAGRAPH_GAP * Math.max(leading, 0.9 * line.row.height)) return false;
  return !isBroken(last, line, open.edge) && continues(open, line, gap, context);
}

function isSameHeading(last: Line, line: Line): boolean {
  const gap = line.row.y - last.row.y;
  const isAlike = Math.abs(line.row.height - last.row.height) < 0.5;
  return isAlike && gap > 0 && gap < 1.5 * line.row.height;
}

/** Whether a line continues the block, by its indent and by the end of the sentence above. */
function continues(
  { block, last, start, width }: OpenBlock,
  line: Line,
  gap: number,
  { leading, body }: Context,
): boolean {
  if (block.kind === "item") return line.x > start.x + 0.3 * body.height || gap < leading * 1.02;
  if (line.x > start.x + body.height && last.x <= start.x + 1) return false;
  const isShort = last.end - last.x < 0.7 * width && /[.!?:]$/.test(last.text);
  return !(isShort && /^\p{Lu}/u.test(line.text) && gap > leading * 1.05);
}

/** Whether the line was ended on purpose: the next line's first word would have fitted. */
function isBroken(last: Line, line: Line, edge: number): boolean {
  if (/[-\u2010\u00AD]$/.test(last.text)) return false;
  const character = (line.end - line.x) / Math.max(1, line.text.length);
  const word = /^\S+/.exec(line.text)?.[0].length ?? 0;
  const left = edge - last.end;
  return left > (word + 3) * character && last.end - last.x < 0.75 * (edge - last.x);
}

function toBlock(line: Line, kind: LineKind): PdfBlock {
  if (kind === "heading") return { kind, text: line.text, size: line.row.height };
  const text = kind === "item" ? withMark(line.text) : line.text;
  return { kind, text, isOpen: isOpen(text) };
}

function withLine(block: PdfBlock, line: Line, { known }: Context): PdfBlock {
  if (block.kind === "table") return block;
  const text = joinLines(block.text, line.text, known);
  return block.kind === "heading" ? { ...block, text } : { ...block, text, isOpen: isOpen(text) };
}

/** Keeps numbers; replaces other marks by Markdown's. */
function withMark(text: string): string {
  const mark = BULLET.exec(text)?.[0] ?? "";
  return /\d/.test(mark) ? text : `- ${text.slice(mark.length)}`;
}

/** Whether the sentence may continue in the next column or on the next page. */
function isOpen(text: string): boolean {
  return !/[.!?:;…]["'”’)\]]*$/.test(text);
}
