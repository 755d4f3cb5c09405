import { createBlockLeads, type BlockKind, type BlockLeads } from "./list-leads.ts";

/** A range of a text, `[start, end)` in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A paragraph, list item, table, or block of code or HTML. */
export interface Block extends Span {
  readonly kind: BlockKind;
  /** Headings above it, outermost first. All blocks of a section share the same array. */
  readonly headings: readonly string[];
  /** Context lines above it: the sentence that introduces its list, the parent items. Empty if there are none. */
  readonly lead: string;
}

/** Maximum heading length, in characters. A longer heading is read as a paragraph. */
const MAX_HEADING = 200;
/** A key with its value, an item, a comment, or the continuation of a value. */
const YAML_LINE = /^(?:[\w.-]+\s*:(?:\s|$)|"[^"]*"\s*:|-\s|#|\s|$)/;
/** Maximum number of front matter lines. */
const MAX_FRONT_MATTER_LINES = 100;

const FENCE = /^\s*(?:[-*+]\s+|\d{1,9}[.)]\s+|>\s?)?(`{3,}|~{3,})/;
const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]/;
const BY_LINE = /^(?: {4}|\t|\s*[|<])/;
/** The row between a table's header and its other rows. */
const DELIMITER_ROW = /^[\s|:-]*-[\s|:-]*$/;

interface Heading {
  readonly depth: number;
  readonly text: string;
}

/** The element at a position of a text. `next` is the start of the following one. */
type Part =
  | { readonly kind: "blank"; readonly next: number }
  | { readonly kind: "heading"; readonly next: number; readonly heading: Heading }
  | ({ readonly kind: "fence"; readonly next: number } & Span)
  | ({
      readonly kind: "line";
      readonly next: number;
      readonly line: string;
      /** True for the header of a table. */
      readonly isHeader: boolean;
    } & Span)
  | { readonly kind: "front-matter"; readonly next: number };

/** The lines of the current block so far. */
interface OpenBlock extends Span {
  /** `isMarked`: all lines look like rows, code or tags. `isTable`: all contain a `|`. */
  readonly isMarked: boolean;
  readonly isTable: boolean;
  readonly hasHeader: boolean;
}

/**
 * Reads the block structure of Markdown or plain text line by line: headings, fences, lists, tables,
 * paragraphs. Takes linear time for any text, and yields block by block, so that the caller may stop. Every
 * line except blank lines, headings and front matter is in exactly one block. A Markdown parser is not used
 * because it takes quadratic time for long lists and paragraphs.
 */
export function* readBlocks(text: string): Generator<Block> {
  const path: Heading[] = [];
  const leads = createBlockLeads();
  let headings: readonly string[] = [];
  let open: OpenBlock | undefined;
  for (const part of readParts(text)) {
    if (open !== undefined && !isContinuation(part)) {
      yield toBlock(text, open, headings, leads);
      open = undefined;
    }
    if (part.kind === "line") open = withLine(open, part);
    else if (part.kind === "fence") {
      const { start, end } = part;
      const lead = leads.ofBlock(text.slice(start, end), "code", end);
      yield { start, end, kind: "code", headings, lead };
    } else if (part.kind === "heading") {
      headings = enter(path, part.heading);
      leads.clear();
    }
  }
  if (open !== undefined) yield toBlock(text, open, headings, leads);
}

/** The text of the first non-empty heading. */
export function firstHeading(text: string): string | undefined {
  for (const part of readParts(text)) {
    if (part.kind === "heading" && part.heading.text !== "") return part.heading.text;
  }
  return undefined;
}

function* readParts(text: string): Generator<Part> {
  let start = frontMatterEnd(text);
  if (start > 0) yield { kind: "front-matter", next: start };
  let isBetweenBlocks = true;
  while (start < text.length) {
    const part = readPart(text, start, isBetweenBlocks);
    yield part;
    isBetweenBlocks = part.kind !== "line";
    start = part.next;
  }
}

/** @param isBetweenBlocks whether the line may be an underlined heading */
function readPart(text: string, start: number, isBetweenBlocks: boolean): Part {
  const end = lineEnd(text, start);
  const next = end + 1;
  const line = text.slice(start, end);
  if (line.trim() === "") return { kind: "blank", next };
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return { kind: "fence", start, ...fenceEnd(text, next, fence) };
  const heading = atxHeading(line);
  if (heading !== undefined) return { kind: "heading", next, heading };
  if (isBetweenBlocks && /[ =-]/.test(text.charAt(next))) {
    const below = lineEnd(text, next);
    const underlined = setextHeading(line, text.slice(next, below));
    if (underlined !== undefined) return { kind: "heading", next: below + 1, heading: underlined };
  }
  return { kind: "line", start, end, next, line, isHeader: isTableHeader(text, line, next) };
}

function isTableHeader(text: string, line: string, next: number): boolean {
  if (!line.includes("|") || !/[ |:-]/.test(text.charAt(next))) return false;
  const below = text.slice(next, lineEnd(text, next));
  return below.includes("|") && DELIMITER_ROW.test(below);
}

/** End of the fence; without a closing line the rest of the text is code. */
function fenceEnd(text: string, from: number, fence: string): { end: number; next: number } {
  for (let at = from; at < text.length;) {
    const end = lineEnd(text, at);
    const marks = text
      .slice(at, end)
      .replace(/^[\s>]*/, "")
      .trimEnd();
    if (marks.length >= fence.length && marks === fence.charAt(0).repeat(marks.length)) {
      return { end, next: end + 1 };
    }
    at = end + 1;
  }
  return { end: text.length, next: text.length };
}

function isContinuation(part: Part): boolean {
  return part.kind === "line" && !part.isHeader && !LIST_ITEM.test(part.line);
}

function withLine(
  open: OpenBlock | undefined,
  { line, start, end, isHeader }: Span & { line: string; isHeader: boolean },
): OpenBlock {
  return {
    start: open?.start ?? start,
    end,
    isMarked: open?.isMarked !== false && BY_LINE.test(line),
    isTable: open?.isTable !== false && line.includes("|"),
    hasHeader: open === undefined ? isHeader : open.hasHeader,
  };
}

function toBlock(
  text: string,
  { start, end, isMarked, isTable, hasHeader }: OpenBlock,
  headings: readonly string[],
  leads: BlockLeads,
): Block {
  const content = text.slice(start, end);
  if (LIST_ITEM.test(content)) {
    const line = content.slice(0, lineEnd(content, 0));
    return { start, end, kind: "item", headings, lead: leads.ofItem(line, start) };
  }
  const rows = hasHeader ? "table" : "rows";
  const kind = isMarked || isTable || hasHeader ? rows : "text";
  return { start, end, kind, headings, lead: leads.ofBlock(content, kind, end) };
}

/** Closes the sections that end at this heading, and returns the headings of the new one. */
function enter(path: Heading[], heading: Heading): readonly string[] {
  while ((path.at(-1)?.depth ?? 0) >= heading.depth) path.pop();
  path.push(heading);
  return path.map(({ text }) => text).filter((text) => text !== "");
}

/**
 * End of the last line of front matter: YAML between `---` lines at the beginning. 0 without front matter, also
 * if prose follows a horizontal rule.
 */
export function frontMatterEnd(text: string): number {
  let end = lineEnd(text, 0);
  if (text.slice(0, end).trimEnd() !== "---") return 0;
  let isInScalar = false;
  for (let count = 1; count < MAX_FRONT_MATTER_LINES && end < text.length; count += 1) {
    const start = end + 1;
    end = lineEnd(text, start);
    const line = text.slice(start, end).trimEnd();
    if (line === "---" || line === "...") return end;
    if (!(isInScalar && line === "") && !YAML_LINE.test(line)) return 0;
    isInScalar = line === "" || /^\s|[|>][+-]?$/.test(line);
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

/** A heading underlined with `===` or `---`. */
function setextHeading(line: string, next: string): Heading | undefined {
  const mark = /^ {0,3}(=|-)\1*\s*$/.exec(next)?.[1];
  if (mark === undefined || line.length > MAX_HEADING) return undefined;
  const isWords = !/^(?:\s*[-*+>|<=]|\s*\d+[.)]\s| {4}|\t)/.test(line);
  return isWords ? { depth: mark === "=" ? 1 : 2, text: plainText(line.trim()) } : undefined;
}

/** Text of a heading without emphasis, code marks and link targets. */
function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\][]*)\]\([^()]*\)/g, "$1")
    .replace(/\*\*|__|`/g, "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .trim();
}
