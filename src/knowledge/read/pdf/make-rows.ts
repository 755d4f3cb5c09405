import type { Row, Segment, TextBox } from "./types.ts";

/** Baselines that differ by less than this share of a font's size are one line. */
const SAME_LINE = 0.35;
/** A gap wider than this share of a font's size begins another segment. */
const SEGMENT_GAP = 0.9;
/** A gap wider than this share of a font's size stands between words. */
const WORD_GAP = 0.15;

/** The lines of a page, from its top. */
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

/** A row of other segments: those of one column. */
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

/** The taller of two fonts is the segment's: footnote marks and exponents are smaller. */
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
