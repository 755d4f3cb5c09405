/** `table` has a header and a delimiter row; lines of `rows`, of a `table` and of `code` are units of their own. */
export type BlockKind = "text" | "item" | "table" | "rows" | "code";

/** Longest lead of a passage, in characters; what is longer is cut. */
const MAX_LEAD = 500;
/** Longest line of an item or a function that goes on into its children's leads. */
const MAX_LINE = 160;
/** Innermost lines above one line that are kept. */
const MAX_ABOVE = 3;
/** Longest sentence that leads in what follows it. */
const MAX_LEAD_IN = 300;

/** Lines above a line that are indented less, as far as the outermost. */
export interface Outline {
  /** Those above a line with this indent, outermost first; the line is then above what follows. */
  enter(indent: number, line: string): readonly string[];
  /** Those above a line with this indent. */
  above(indent: number): readonly string[];
  clear(): void;
}

/** An outline that has seen no line yet. */
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

/** Columns before the first character that is no white space. */
export function indentOf(line: string): number {
  const blank = /^[ \t]*/.exec(line)?.[0] ?? "";
  return blank.replaceAll("\t", "    ").length;
}

/** Leads of blocks, as they come one after the other. */
export interface BlockLeads {
  /** The lead of a list item that begins with this line. */
  ofItem(line: string, start: number): string;
  /** The lead of a block that is no list item and ends at `end`; a text may lead in what follows. */
  ofBlock(text: string, kind: BlockKind, end: number): string;
  clear(): void;
}

/** Leads at the beginning of a section. */
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

/** Lines that are there, one below the other, as long as a lead may be. */
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
