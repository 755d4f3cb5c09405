import { delimiterRow } from "./read/markdown-table.ts";
import { createMarkdownWriter, type MarkdownWriter } from "./markdown-writer.ts";

/** Converts start and end tags of a page to Markdown-like text. */
export interface HtmlElements {
  open(name: string): void;
  close(name: string): void;
  text(raw: string): void;
  /** Closes open elements and returns the text. */
  end(): string;
}

interface Element {
  open?(): void;
  close?(): void;
}

/** Elements with a blank line around them. */
const PARAGRAPHS = new Set(
  "article blockquote dl figure footer header hr main p section".split(" "),
);
/** Elements on separate lines. */
const LINES = new Set(
  (
    "address aside body br caption center dd details dialog dir div dt fieldset figcaption form " +
    "legend menu option summary"
  ).split(" "),
);
/** Maximum level up to which list items are indented. */
const MAX_INDENTED_LEVEL = 4;

/** Keeps only the current line, no tree: elements may be nested to any depth, and need no end tag. */
export function createHtmlElements(): HtmlElements {
  const writer = createMarkdownWriter();
  const elements = new Map([...headings(writer), ...lists(writer), ...tables(writer)]);
  let code: string[] | undefined;

  function startLine(name: string): void {
    if (code !== undefined) {
      if (name === "br" || (LINES.has(name) && code.at(-1)?.endsWith("\n") === false))
        code.push("\n");
    } else if (PARAGRAPHS.has(name)) writer.startLine(2);
    else if (LINES.has(name)) writer.startLine(1);
  }
  function endCode(): void {
    if (code === undefined) return;
    const text = code.join("").replace(/^\n/, "").trimEnd();
    code = undefined;
    if (text !== "") writer.verbatim(fenced(text));
    writer.startBlock(2);
  }

  return {
    open(name) {
      if (name === "pre" && code === undefined) {
        writer.startBlock(2);
        code = [];
      } else if (code === undefined && elements.has(name)) elements.get(name)?.open?.();
      else startLine(name);
    },
    close(name) {
      if (name === "pre") endCode();
      else if (code === undefined && elements.has(name)) elements.get(name)?.close?.();
      else if (name !== "br") startLine(name);
    },
    text(raw) {
      if (code === undefined) writer.text(raw);
      else code.push(raw);
    },
    end() {
      endCode();
      writer.endRow();
      return writer.toString();
    },
  };
}

/** Written as `#`, so that the text is split at headings. */
function headings(writer: MarkdownWriter): [string, Element][] {
  return [1, 2, 3, 4, 5, 6].map((level) => [
    `h${level}`,
    { open: () => writer.startHeading(level), close: () => writer.startBlock(2) },
  ]);
}

function lists(writer: MarkdownWriter): [string, Element][] {
  /** Next number of each open list; 0 for unordered lists. */
  const numbers: number[] = [];
  const margin = () => writer.startBlock(numbers.length === 0 ? 2 : 1);
  const list = (firstNumber: number): Element => ({
    open() {
      margin();
      numbers.push(firstNumber);
    },
    close() {
      numbers.pop();
      margin();
    },
  });
  const item: Element = {
    open() {
      const number = numbers.at(-1) ?? 0;
      if (number > 0) numbers[numbers.length - 1] = number + 1;
      const level = Math.min(Math.max(numbers.length, 1), MAX_INDENTED_LEVEL);
      writer.startItem(`${"  ".repeat(level - 1)}${number > 0 ? `${number}.` : "-"} `);
    },
    close: () => writer.startBlock(1),
  };
  return [
    ["ul", list(0)],
    ["ol", list(1)],
    ["li", item],
  ];
}

/** Writes a row as one line: `| one | two |`. A delimiter row follows a first row with column names. */
function tables(writer: MarkdownWriter): [string, Element][] {
  let rows = 0;
  let cells = 0;
  let names = 0;
  const endRow = () => {
    const isHeader = rows === 1 && cells > 1 && names === cells;
    writer.endRow();
    if (isHeader) {
      writer.verbatim(delimiterRow(cells));
      writer.startBlock(1);
    }
    cells = 0;
    names = 0;
  };
  const table: Element = {
    open() {
      writer.startBlock(2);
      rows = 0;
    },
    close() {
      endRow();
      writer.startBlock(2);
      rows = 0;
    },
  };
  const row: Element = {
    open() {
      endRow();
      rows += 1;
      writer.startRow();
    },
    close: endRow,
  };
  const cell = (isName: boolean): Element => ({
    open() {
      cells += 1;
      if (isName) names += 1;
      writer.startCell();
    },
  });
  return [
    ["table", table],
    ["tr", row],
    ["th", cell(true)],
    ["td", cell(false)],
  ];
}

/** Fences code with more backticks than any line of it contains. */
function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`{3,}/g) ?? []).map((marks) => marks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}
