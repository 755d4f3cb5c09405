/** Writes Markdown-like text piece by piece, in a time linear to what it is given. */
export interface MarkdownWriter {
  /** Text whose white space only tells words apart. */
  text(raw: string): void;
  /** Text that stands as it is. */
  verbatim(text: string): void;
  /**
   * What follows begins a line: the next one (1), or one after a blank line (2). In a heading or a row,
   * which are one line, it is only set apart.
   */
  startLine(lines: 1 | 2): void;
  /** As `startLine`, and ends the heading, the list mark or the row that is there. */
  startBlock(lines: 1 | 2): void;
  /** What follows is a heading, up to the next block. */
  startHeading(level: number): void;
  /** What follows is a list item with this mark, `- `, if there is any text in it. */
  startItem(mark: string): void;
  /** What follows are the cells of one row, up to the next block. */
  startRow(): void;
  /** What follows is a cell; outside of a row, or in one that a block has broken, a line. */
  startCell(): void;
  endRow(): void;
  toString(): string;
}

/** A writer that has written nothing yet. */
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
