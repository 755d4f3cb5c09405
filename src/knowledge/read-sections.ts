/** A part of a text, `[start, end)` in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A paragraph, list item, table, or piece of code or HTML. */
export interface Block extends Span {
  /** True where a line is a unit of its own: rows of a table, code. */
  readonly byLine: boolean;
}

/** What stands under one heading. */
export interface Section {
  /** From the outermost to its own. */
  readonly headings: readonly string[];
  readonly blocks: readonly Block[];
}

/** A heading longer than this, in characters, is read as a paragraph. */
const MAX_HEADING = 200;
/** Front matter is looked for in this many lines. */
const MAX_FRONT_MATTER_LINES = 100;

const FENCE = /^\s*(?:[-*+]\s+|\d{1,9}[.)]\s+|>\s?)?(`{3,}|~{3,})/;
const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]/;
const BY_LINE = /^(?: {4}|\t|\s*[|<])/;

interface Line extends Span {
  readonly text: string;
}

interface Heading {
  readonly depth: number;
  readonly text: string;
}

/**
 * Reads the block structure of Markdown or plain text line by line: headings, fences, lists, tables,
 * paragraphs. In time linear to its length whatever the text is; every line that is neither blank nor a
 * heading is in exactly one block. Why this is no Markdown parser: parsers take a time that is
 * quadratic in long lists and paragraphs.
 */
export function readSections(text: string): Section[] {
  const lines = readLines(text);
  const outline = createOutline();
  let index = outline.addFrontMatter(lines);
  while (index < lines.length) {
    const line = lines[index];
    if (line === undefined) break;
    const next = lines[index + 1];
    const fence = FENCE.exec(line.text)?.[1];
    const heading = atxHeading(line.text);
    const underlined = outline.isBetweenBlocks() ? setextHeading(line, next) : undefined;
    if (fence !== undefined) {
      const end = fenceEnd(lines, index, fence);
      outline.addFence(lines.slice(index, end));
      index = end;
    } else if (heading !== undefined) {
      outline.addHeading(heading);
      index += 1;
    } else if (underlined !== undefined) {
      outline.addHeading(underlined);
      index += 2;
    } else {
      outline.addLine(line);
      index += 1;
    }
  }
  return outline.sections();
}

/** Collects lines into blocks and blocks into sections. */
function createOutline() {
  const path: Heading[] = [];
  const sections: { headings: readonly string[]; blocks: Block[] }[] = [
    { headings: [], blocks: [] },
  ];
  let open: Line[] = [];

  function close(): void {
    const first = open[0];
    const last = open.at(-1);
    if (first === undefined || last === undefined) return;
    const byLine =
      open.every((line) => BY_LINE.test(line.text)) ||
      open.every((line) => line.text.includes("|"));
    sections.at(-1)?.blocks.push({ start: first.start, end: last.end, byLine });
    open = [];
  }

  function addWhole(lines: readonly Line[]): void {
    close();
    const first = lines[0];
    const last = lines.at(-1);
    if (first === undefined || last === undefined) return;
    sections.at(-1)?.blocks.push({ start: first.start, end: last.end, byLine: true });
  }

  return {
    /** The index of the first line after front matter, which is a block of its own. */
    addFrontMatter(lines: readonly Line[]): number {
      if (lines[0]?.text.trimEnd() !== "---") return 0;
      const end = lines
        .slice(1, MAX_FRONT_MATTER_LINES)
        .findIndex(({ text }) => text.trimEnd() === "---");
      if (end === -1) return 0;
      addWhole(lines.slice(0, end + 2));
      return end + 2;
    },
    addFence: addWhole,
    isBetweenBlocks: () => open.length === 0,
    addHeading(heading: Heading): void {
      close();
      while ((path.at(-1)?.depth ?? 0) >= heading.depth) path.pop();
      path.push(heading);
      const headings = path.map(({ text }) => text).filter((text) => text !== "");
      sections.push({ headings, blocks: [] });
    },
    addLine(line: Line): void {
      const isBlank = line.text.trim() === "";
      if (isBlank || LIST_ITEM.test(line.text)) close();
      if (!isBlank) open.push(line);
    },
    sections(): Section[] {
      close();
      return sections;
    },
  };
}

function readLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const lineEnd = text.indexOf("\n", start);
    const end = lineEnd === -1 ? text.length : lineEnd;
    lines.push({ start, end, text: text.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

function atxHeading(line: string): Heading | undefined {
  const marks = /^ {0,3}(#{1,6})(?=\s|$)/.exec(line);
  const depth = marks?.[1]?.length;
  if (marks === null || depth === undefined || line.length > MAX_HEADING) return undefined;
  const text = line.slice(marks[0].length).trim();
  return { depth, text: plainText(text.replace(/(?:^|\s)#+$/, "")) };
}

/** A line of words with `===` or `---` under it. */
function setextHeading(line: Line, next: Line | undefined): Heading | undefined {
  const mark = /^ {0,3}(=|-)\1*\s*$/.exec(next?.text ?? "")?.[1];
  if (mark === undefined || line.text.length > MAX_HEADING) return undefined;
  const isWords = !/^(?:\s*[-*+>|<=]|\s*\d+[.)]\s| {4}|\t)/.test(line.text) && /\S/.test(line.text);
  return isWords ? { depth: mark === "=" ? 1 : 2, text: plainText(line.text.trim()) } : undefined;
}

/** The text of a heading without emphasis, code marks and link targets. */
function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\][]*)\]\([^()]*\)/g, "$1")
    .replace(/\*\*|__|`/g, "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .trim();
}

/** The index after the line that closes a fence; without one the rest of the text is code. */
function fenceEnd(lines: readonly Line[], from: number, fence: string): number {
  for (let index = from + 1; index < lines.length; index += 1) {
    const text = (lines[index]?.text ?? "").replace(/^[\s>]*/, "").trimEnd();
    if (text.length >= fence.length && text === fence.charAt(0).repeat(text.length)) {
      return index + 1;
    }
  }
  return lines.length;
}
