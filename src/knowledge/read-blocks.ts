/** A part of a text, `[start, end)` in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A paragraph, list item, table, or piece of code or HTML. */
export interface Block extends Span {
  /** True where a line is a unit of its own: rows of a table, code. */
  readonly byLine: boolean;
  /** Above it, from the outermost. The same array for all blocks of a section. */
  readonly headings: readonly string[];
}

/** A heading longer than this, in characters, is read as a paragraph. */
const MAX_HEADING = 200;
/** Front matter is looked for in this many lines. */
const MAX_FRONT_MATTER_LINES = 100;

const FENCE = /^\s*(?:[-*+]\s+|\d{1,9}[.)]\s+|>\s?)?(`{3,}|~{3,})/;
const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]/;
const BY_LINE = /^(?: {4}|\t|\s*[|<])/;

interface Heading {
  readonly depth: number;
  readonly text: string;
}

/** What stands at a place of a text, up to `next`, where the next one begins. */
type Part =
  | { readonly kind: "blank"; readonly next: number }
  | { readonly kind: "heading"; readonly next: number; readonly heading: Heading }
  | { readonly kind: "fence"; readonly next: number; readonly end: number }
  | { readonly kind: "line"; readonly next: number; readonly end: number; readonly line: string };

/** Lines that are one block so far. */
interface OpenBlock extends Span {
  /** True while all lines look like rows, code or tags; while all hold a `|`. */
  readonly isMarked: boolean;
  readonly isTable: boolean;
}

/**
 * Reads the block structure of Markdown or plain text line by line: headings, fences, lists, tables,
 * paragraphs. In time linear to its length whatever the text is, and block by block, so that the reader
 * may stop. Every line that is neither blank nor a heading is in exactly one block. Why this is no
 * Markdown parser: parsers take a time that is quadratic in long lists and paragraphs.
 */
export function* readBlocks(text: string): Generator<Block> {
  const path: Heading[] = [];
  let headings: readonly string[] = [];
  let open: OpenBlock | undefined;
  let at = frontMatterEnd(text);
  if (at > 0) yield { start: 0, end: at, byLine: true, headings };
  while (at < text.length) {
    const part = readPart(text, at, open === undefined);
    if (open !== undefined && !isContinuation(part)) {
      yield toBlock(open, headings);
      open = undefined;
    }
    if (part.kind === "line") open = withLine(open, at, part);
    else if (part.kind === "fence") yield { start: at, end: part.end, byLine: true, headings };
    else if (part.kind === "heading") headings = enter(path, part.heading);
    at = part.next;
  }
  if (open !== undefined) yield toBlock(open, headings);
}

/** @param isBetweenBlocks only there a line may be an underlined heading */
function readPart(text: string, at: number, isBetweenBlocks: boolean): Part {
  const end = lineEnd(text, at);
  const next = end + 1;
  const line = text.slice(at, end);
  if (line.trim() === "") return { kind: "blank", next };
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return readFence(text, next, fence);
  const heading = atxHeading(line);
  if (heading !== undefined) return { kind: "heading", next, heading };
  if (isBetweenBlocks && /[ =-]/.test(text.charAt(next))) {
    const below = lineEnd(text, next);
    const underlined = setextHeading(line, text.slice(next, below));
    if (underlined !== undefined) return { kind: "heading", next: below + 1, heading: underlined };
  }
  return { kind: "line", next, end, line };
}

/** Up to the line that closes it; without one the rest of the text is code. */
function readFence(text: string, from: number, fence: string): Part {
  for (let at = from; at < text.length;) {
    const end = lineEnd(text, at);
    const marks = text
      .slice(at, end)
      .replace(/^[\s>]*/, "")
      .trimEnd();
    if (marks.length >= fence.length && marks === fence.charAt(0).repeat(marks.length)) {
      return { kind: "fence", end, next: end + 1 };
    }
    at = end + 1;
  }
  return { kind: "fence", end: text.length, next: text.length };
}

function isContinuation(part: Part): boolean {
  return part.kind === "line" && !LIST_ITEM.test(part.line);
}

function withLine(
  open: OpenBlock | undefined,
  at: number,
  { line, end }: { line: string; end: number },
): OpenBlock {
  return {
    start: open?.start ?? at,
    end,
    isMarked: open?.isMarked !== false && BY_LINE.test(line),
    isTable: open?.isTable !== false && line.includes("|"),
  };
}

function toBlock({ start, end, isMarked, isTable }: OpenBlock, headings: readonly string[]): Block {
  return { start, end, byLine: isMarked || isTable, headings };
}

/** Leaves the sections that end here, and gives the headings of the new one. */
function enter(path: Heading[], heading: Heading): readonly string[] {
  while ((path.at(-1)?.depth ?? 0) >= heading.depth) path.pop();
  path.push(heading);
  return path.map(({ text }) => text).filter((text) => text !== "");
}

/** The end of the front matter's last line; 0 without front matter. */
function frontMatterEnd(text: string): number {
  let end = lineEnd(text, 0);
  if (text.slice(0, end).trimEnd() !== "---") return 0;
  for (let count = 1; count < MAX_FRONT_MATTER_LINES && end < text.length; count += 1) {
    const start = end + 1;
    end = lineEnd(text, start);
    if (text.slice(start, end).trimEnd() === "---") return end;
  }
  return 0;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function atxHeading(line: string): Heading | undefined {
  const marks = /^ {0,3}(#{1,6})(?=\s|$)/.exec(line);
  const depth = marks?.[1]?.length;
  if (marks === null || depth === undefined || line.length > MAX_HEADING) return undefined;
  const text = line.slice(marks[0].length).trim();
  return { depth, text: plainText(text.replace(/(?:^|\s)#+$/, "")) };
}

/** A line of words with `===` or `---` under it. */
function setextHeading(line: string, next: string): Heading | undefined {
  const mark = /^ {0,3}(=|-)\1*\s*$/.exec(next)?.[1];
  if (mark === undefined || line.length > MAX_HEADING) return undefined;
  const isWords = !/^(?:\s*[-*+>|<=]|\s*\d+[.)]\s| {4}|\t)/.test(line);
  return isWords ? { depth: mark === "=" ? 1 : 2, text: plainText(line.trim()) } : undefined;
}

/** The text of a heading without emphasis, code marks and link targets. */
function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\][]*)\]\([^()]*\)/g, "$1")
    .replace(/\*\*|__|`/g, "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .trim();
}
