import { createOutline, indentOf, joinLead } from "./list-leads.ts";
import type { Block, Span } from "./read-blocks.ts";

/** Maximum passage length, in characters. */
export const MAX_PASSAGE_CHARACTERS = 1_200;
/** Minimum length before a cut in a long line or paragraph, as a share of the maximum passage length. */
const LEAST_SHARE = 0.25;
/** Start of a closing line. No passage should begin with it. */
const CLOSING = /^(?:[)\]}]|<\/|end\b)/i;

/** A part of a block that is never cut. */
export interface Unit extends Span {
  readonly headings: readonly string[];
  /** Context of a passage that begins with this unit. */
  readonly lead: string;
  /**
   * Indent that rates a passage start here, 0 best. Set in long runs of rows, items and code, whose cuts must
   * not depend on distant text. Undefined: passages are filled up to the maximum.
   */
  readonly depth: number | undefined;
}

/** Yields a block as one unit if it fits into a passage, otherwise its lines or sentences. */
export function* cutBlock(block: Block, text: string): Generator<Unit> {
  const { headings, kind, lead } = block;
  const { start, end } = trimmed(block, text);
  if (end <= start) return;
  if (end - start <= MAX_PASSAGE_CHARACTERS) {
    const depth = kind === "item" ? indentOf(text.slice(block.start, end)) : undefined;
    yield { start, end, headings, lead, depth };
  } else if (kind === "text" || kind === "item") {
    for (const span of cutSpan({ start, end }, text)) {
      yield { ...span, headings, lead, depth: undefined };
    }
  } else if (kind === "table") yield* cutTable(block, text);
  else yield* cutLines(block, text, lead, kind === "code");
}

/** The header is in one unit with the first row, and in the lead of all others. */
function* cutTable({ start, end, headings, lead }: Block, text: string): Generator<Unit> {
  const header = lineEnd(text, start, end);
  const delimiter = lineEnd(text, header + 1, end);
  const row = lineEnd(text, delimiter + 1, end);
  for (const span of cutSpan({ start, end: row }, text)) {
    yield { ...span, headings, lead, depth: undefined };
  }
  const above = joinLead(lead, text.slice(start, delimiter));
  yield* cutLines({ start: Math.min(row + 1, end), end, headings }, text, above, false);
}

function* cutLines(
  { start, end, headings }: Span & Pick<Block, "headings">,
  text: string,
  lead: string,
  isCode: boolean,
): Generator<Unit> {
  const outline = createOutline();
  let isBehindBlank = false;
  for (let at = start; at < end;) {
    const lineStop = lineEnd(text, at, end);
    const line = text.slice(at, lineStop);
    const content = line.trim();
    const indent = indentOf(line);
    if (content !== "") {
      const above = isCode ? outline.above(indent) : [];
      if (isCode && !CLOSING.test(content)) outline.enter(indent, line);
      const isBad = isCode && CLOSING.test(content);
      const depth = 2 * indent + (isBehindBlank ? 0 : 1) + (isBad ? 1_000 : 0);
      const unit = { headings, lead: joinLead(lead, ...above), depth };
      for (const span of cutSpan({ start: at, end: lineStop }, text)) yield { ...span, ...unit };
    }
    isBehindBlank = content === "";
    at = lineStop + 1;
  }
}

/** Cuts a long span at the ends of its sentences, otherwise at a space. */
function* cutSpan(span: Span, text: string): Generator<Span> {
  let { start, end } = trimmed(span, text);
  while (end - start > MAX_PASSAGE_CHARACTERS) {
    const piece = text.slice(start, start + MAX_PASSAGE_CHARACTERS);
    const cut = start + cutPlace(piece, text.slice(start, start + piece.length + 1));
    yield trimmed({ start, end: cut }, text);
    ({ start, end } = trimmed({ start: cut, end }, text));
  }
  if (end > start) yield { start, end };
}

/** @param seen the piece with the next character, which shows whether the piece ends a word */
function cutPlace(piece: string, seen: string): number {
  const least = piece.length * LEAST_SHARE;
  const sentence = lastSentenceEnd(seen);
  if (sentence > least) return sentence;
  const space = Math.max(seen.lastIndexOf(" "), seen.lastIndexOf("\n"));
  if (space > least) return space;
  // Does not split a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
}

function lastSentenceEnd(piece: string): number {
  const spaced = [". ", "? ", "! ", ".\n", "?\n", "!\n"].map((mark) => piece.lastIndexOf(mark));
  const wide = ["。", "？", "！"].map((mark) => piece.slice(0, -1).lastIndexOf(mark));
  return Math.max(...spaced, ...wide) + 1;
}

function trimmed({ start, end }: Span, text: string): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(text, from)) from += 1;
  while (to > from && isBlank(text, to - 1)) to -= 1;
  return { start: from, end: to };
}

function isBlank(text: string, index: number): boolean {
  return text.charAt(index).trim() === "";
}

function lineEnd(text: string, from: number, end: number): number {
  const found = text.indexOf("\n", from);
  return found === -1 ? end : Math.min(found, end);
}
