import { createHash } from "node:crypto";
import { readSections, type Block, type Span } from "./read-sections.ts";
import type { Passage } from "./types.ts";

/** Longest passage, in characters. */
export const MAX_PASSAGE_CHARACTERS = 1_200;
/** A cut in a long block leaves at least this share of the longest passage before it. */
const LEAST_SHARE = 0.25;

/**
 * Splits a document along its structure: passages never cross a heading, and never cut a paragraph,
 * list item, table row or line of code that fits into one. Headings are kept beside the text, not in it.
 */
export function splitDocument(document: { id: string; title: string; text: string }): Passage[] {
  const seen = new Map<string, number>();
  const passages: Passage[] = [];
  for (const section of readSections(document.text)) {
    const headings = withoutTitle(section.headings, document.title);
    const pieces = section.blocks.flatMap((block) => cutBlock(block, document.text));
    for (const { start, end } of joinNeighbours(pieces)) {
      const text = document.text.slice(start, end);
      const content = JSON.stringify([document.id, document.title, headings, text]);
      const occurrence = seen.get(content) ?? 0;
      seen.set(content, occurrence + 1);
      const hash = createHash("sha256").update(`${occurrence}:${content}`).digest("hex");
      passages.push({
        id: `psg_${hash.slice(0, 24)}`,
        documentId: document.id,
        title: document.title,
        headings,
        text,
        start,
        end,
      });
    }
  }
  return passages;
}

/** What is embedded: a passage with the title and headings that say what it is about. */
export function passageContext({ title, headings, text }: Passage): string {
  return [title, ...headings, text].join("\n");
}

function withoutTitle(headings: readonly string[], title: string): readonly string[] {
  return headings[0] === title ? headings.slice(1) : headings;
}

/** A block that is too long is cut at the ends of its lines, or of its sentences, else at a space. */
function cutBlock(block: Block, text: string): Span[] {
  const pieces: Span[] = [];
  let { start, end } = trimmed(block, text);
  while (end - start > MAX_PASSAGE_CHARACTERS) {
    const piece = text.slice(start, start + MAX_PASSAGE_CHARACTERS);
    const cut = start + cutPlace(piece, text.slice(start, start + piece.length + 1), block.byLine);
    pieces.push(trimmed({ start, end: cut }, text));
    ({ start, end } = trimmed({ start: cut, end }, text));
  }
  pieces.push({ start, end });
  return pieces.filter((piece) => piece.end > piece.start);
}

/** @param seen the piece with the character after it, which tells whether the piece ends a word */
function cutPlace(piece: string, seen: string, byLine: boolean): number {
  const least = piece.length * LEAST_SHARE;
  const line = seen.lastIndexOf("\n");
  if (byLine && line > 0) return line;
  const sentence = lastSentenceEnd(seen);
  if (sentence > least) return sentence;
  const space = Math.max(seen.lastIndexOf(" "), line);
  if (space > least) return space;
  // Never between the two halves of one character.
  return /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
}

function lastSentenceEnd(piece: string): number {
  const spaced = [". ", "? ", "! ", ".\n", "?\n", "!\n"].map((mark) => piece.lastIndexOf(mark));
  const wide = ["。", "？", "！"].map((mark) => piece.slice(0, -1).lastIndexOf(mark));
  return Math.max(...spaced, ...wide) + 1;
}

/** Joins neighbours of a section up to the longest passage. */
function joinNeighbours(pieces: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && piece.end - last.start <= MAX_PASSAGE_CHARACTERS) {
      joined[joined.length - 1] = { start: last.start, end: piece.end };
    } else joined.push(piece);
  }
  return joined;
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
