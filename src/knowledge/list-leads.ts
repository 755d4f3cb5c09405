/** A `table` has a header and a delimiter row. Each line of `rows`, `table` and `code` is a separate unit. */
export type BlockKind = "text" | "item" | "table" | "rows" | "code";

/** Maximum lead length, in characters; longer leads are truncated. */
const MAX_LEAD = 500;
/** Maximum length of an item's or function's line in the leads of its children. */
const MAX_LINE = 160;
/** Maximum number of parent lines; the innermost are kept. */
const MAX_ABOVE = 3;
/** Maximum length of a sentence that introduces the next block. */
const MAX_LEAD_IN = 300;

/** The parent lines of a line, by indent. */
export interface Outline {
  /** Parents of a line with this indent, outermost first. Adds the line as a parent of the following ones. */
  enter(indent: number, line: string): readonly string[];
  /** Parents of a line with this indent. */
  above(indent: number): readonly string[];
  clear(): void;
}

/** Creates an empty outline. */
export function createOutline(): Outline {
  let open: { indent: number; line: string }[] = [];
  const above = (indent: number) =>
    open
      .filter((each) => each.indent < indent)
      .slice(-MAX_ABOVE)
      .map(({ line }) => line);
  return {
    above,
    enter(indent, line) {
      const lines = above(indent);
      open = open.filter((each) => each.indent < indent);
      open.push({ indent, line: line.trim().slice(0, MAX_LINE) });
      return lines;
    },
    clear() {
      open = [];
    },
  };
}

/** Indent in columns; a tab counts as four. */
export function indentOf(line: string): number {
  const blank = /^[ \t]*/.exec(line)?.[0] ?? "";
  return blank.replaceAll("\t", "    ").length;
}

/** Computes leads of consecutive blocks. */
export interface BlockLeads {
  /** Lead of a list item that begins with this line. */
  ofItem(line: string, start: number): string;
  /** Lead of another block that ends at `end`. A text block may introduce the next one. */
  ofBlock(text: string, kind: BlockKind, end: number): string;
  clear(): void;
}

/** Creates the leads for the start of a section. */
export function createBlockLeads(): BlockLeads {
  const outline = createOutline();
  let leadIn = { text: "", end: -2, isOpen: false };
  let isInList = false;

  function clear(): void {
    outline.clear();
    leadIn = { text: "", end: -2, isOpen: false };
    isInList = false;
  }

  return {
    clear,
    ofItem(line, start) {
      if (!isInList && !leadIn.isOpen && leadIn.end + 1 < start) leadIn.text = "";
      isInList = true;
      return joinLead(leadIn.text, ...outline.enter(indentOf(line), line));
    },
    ofBlock(text, kind, end) {
      const indent = indentOf(text);
      if (isInList && indent > 0) return joinLead(leadIn.text, ...outline.above(indent));
      const lead = leadIn.isOpen && !isInList ? leadIn.text : "";
      clear();
      if (kind !== "text") return lead;
      const last = lastSentence(text);
      leadIn = { text: last, end, isOpen: /[:：]$/.test(last) };
      return lead;
    },
  };
}

/** Joins the non-empty lines, up to the maximum lead length. */
export function joinLead(...lines: readonly string[]): string {
  const lead = lines.filter((line) => line !== "").join("\n");
  return lead
    .slice(0, MAX_LEAD)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd();
}

function lastSentence(text: string): string {
  const end = text.slice(-MAX_LEAD_IN).trimEnd();
  const begin = Math.max(
    ...[". ", "? ", "! ", ".\n", "?\n", "!\n"].map((at) => end.lastIndexOf(at)),
  );
  return begin === -1 && text.length > MAX_LEAD_IN ? "" : end.slice(begin + 1).trim();
}
