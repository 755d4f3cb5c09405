/** Writes Markdown-like text piece by piece, in linear time. */
export interface MarkdownWriter {
  /** Adds text and collapses its white space. */
  text(raw: string): void;
  /** Adds text unchanged. */
  verbatim(text: string): void;
  /**
   * Starts a new line (1), or a new line after a blank one (2). In a heading or a row, which are one line, it
   * only adds a space.
   */
  startLine(lines: 1 | 2): void;
  /** Like `startLine`, and ends the current heading, list mark or row. */
  startBlock(lines: 1 | 2): void;
  /** Starts a heading, up to the next block. */
  startHeading(level: number): void;
  /** Starts a list item with this mark, such as `- `. It is written only if the item has text. */
  startItem(mark: string): void;
  /** Starts a row of cells, up to the next block. */
  startRow(): void;
  /** Starts a cell; outside a row, or in a row that a block has interrupted, a line. */
  startCell(): void;
  endRow(): void;
  toString(): string;
}

/** Creates an empty writer. */
export function createMarkdownWriter(): MarkdownWriter {
  const written: string[] = [];
  let waiting = { lines: 0, mark: "", hasSpace: false };
  let line: "free" | "heading" | "row" = "free";

  function verbatim(text: string): void {
    const { lines, mark, hasSpace } = waiting;
    const isFirst = written.length === 0;
    if (lines > 0 && !isFirst) written.push("\n".repeat(lines));
    else if (!isFirst && (hasSpace || mark !== "")) written.push(" ");
    written.push(mark, text);
    waiting = { lines: 0, mark: "", hasSpace: false };
  }
  function startBlock(lines: number, mark = ""): void {
    line = "free";
    waiting = { lines: Math.max(waiting.lines, lines), mark, hasSpace: false };
  }

  return {
    text(raw) {
      const words = raw.replace(/\s+/g, " ");
      if (words.startsWith(" ")) waiting.hasSpace = true;
      const trimmed = words.trim();
      if (trimmed === "") return;
      verbatim(trimmed);
      waiting.hasSpace = words.endsWith(" ");
    },
    verbatim,
    startLine(lines) {
      if (line === "free") waiting.lines = Math.max(waiting.lines, lines);
      else waiting.hasSpace = true;
    },
    startBlock,
    startHeading(level) {
      startBlock(2, `${"#".repeat(level)} `);
      line = "heading";
    },
    startItem: (mark) => startBlock(1, mark),
    startRow() {
      startBlock(1);
      line = "row";
    },
    startCell() {
      if (line === "row") waiting.mark += "| ";
      else startBlock(1);
    },
    endRow() {
      if (line === "row" && waiting.lines === 0 && written.length > 0) {
        waiting.hasSpace = true;
        verbatim("|");
      }
      startBlock(1);
    },
    toString: () => written.join(""),
  };
}
