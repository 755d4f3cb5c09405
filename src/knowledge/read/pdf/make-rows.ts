import type { Row, Segment, TextBox } from "./types.ts";

/** Maximum baseline difference within a line, as a share of the font size. */
const SAME_LINE = 0.35;
/** Minimum gap between segments, as a share of the font size. */
const SEGMENT_GAP = 0.9;
/** Minimum gap between words, as a share of the font size. */
const WORD_GAP = 0.15;

/** The lines of a page, top to bottom. */
export function makeRows(boxes: readonly TextBox[]): Row[] {
  const ordered = boxes.filter(({ text }) => text.trim() !== "").sort((a, b) => a.y - b.y);
  const lines: TextBox[][] = [];
  for (const box of ordered) {
    const line = lines.at(-1);
    const first = line?.[0];
    const isSame =
      first !== undefined && box.y - first.y <= SAME_LINE * Math.max(first.height, box.height, 1);
    if (line !== undefined && isSame) line.push(box);
    else lines.push([box]);
  }
  return lines.map(toRow);
}

/** Creates a row from the segments of one column. */
export function rowOf(segments: readonly Segment[]): Row {
  const tallest = segments.reduce((one, other) => (other.height > one.height ? other : one));
  return { y: tallest.y, height: tallest.height, segments };
}

function toRow(line: readonly TextBox[]): Row {
  const segments: Segment[] = [];
  for (const box of [...line].sort((a, b) => a.x - b.x)) {
    const last = segments.at(-1);
    const end = box.x + box.width;
    const gap = last === undefined ? Infinity : box.x - last.end;
    const size = Math.max(box.height, last?.height ?? 0, 1);
    if (last === undefined || gap > SEGMENT_GAP * size) segments.push({ ...box, end });
    else segments[segments.length - 1] = joined(last, box, gap > WORD_GAP * size);
  }
  return rowOf(segments);
}

/** Joins a box to a segment. The taller font wins: footnote marks and exponents are smaller. */
function joined(last: Segment, box: TextBox, isApart: boolean): Segment {
  const isSpaced = isApart || /\s$/.test(last.text) || /^\s/.test(box.text);
  const main = box.height > last.height + 0.5 ? box : last;
  const end = Math.max(last.end, box.x + box.width);
  return {
    ...main,
    x: last.x,
    y: last.y,
    text: `${last.text.trimEnd()}${isSpaced ? " " : ""}${box.text.trimStart()}`,
    end,
    width: end - last.x,
  };
}
