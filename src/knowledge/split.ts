import { createHash } from "node:crypto";
import { readBlocks, type Block, type Span } from "./read-blocks.ts";
import type { DocumentInput, Passage } from "./types.ts";

/** Longest passage, in characters. */
export const MAX_PASSAGE_CHARACTERS = 1_200;
/** A cut in a long block leaves at least this share of the longest passage before it. */
const LEAST_SHARE = 0.25;

type SplitDocument = Pick<DocumentInput, "id" | "title" | "text">;

/** All passages of a document, as `readPassages` gives them. */
export function splitDocument(document: SplitDocument): Passage[] {
  return [...readPassages(document)];
}

/**
 * Splits a document along its structure: passages never cross a heading, and never cut a paragraph,
 * list item, table row or line of code that fits into one. Headings are kept beside the text, not in it;
 * a document of nothing but headings is split as text. Passage by passage, so that the reader may stop.
 */
export function* readPassages(document: SplitDocument): Generator<Passage> {
  const { id: documentId, title, text } = document;
  for (const { start, end, headings } of readPieces(document)) {
    const passage = { documentId, title, headings, text: text.slice(start, end), start, end };
    yield { id: passageId(passage), ...passage };
  }
}

/** Two passages of a document never begin at the same place. */
function passageId({ documentId, title, headings, text, start }: Omit<Passage, "id">): string {
  const content = JSON.stringify([documentId, title, headings, text, start]);
  return `psg_${createHash("sha256").update(content).digest("hex").slice(0, 24)}`;
}

interface Piece extends Span {
  readonly headings: readonly string[];
}

/** Joins neighbours of a section up to the longest passage. */
function* readPieces({ title, text }: SplitDocument): Generator<Piece> {
  let joined: Piece | undefined;
  let above: readonly string[] | undefined;
  for (const block of blocksOf(text)) {
    const headings = withoutTitle(block.headings, title);
    for (const { start, end } of cutBlock(block, text)) {
      if (
        joined !== undefined &&
        above === block.headings &&
        end - joined.start <= MAX_PASSAGE_CHARACTERS
      ) {
        joined = { ...joined, end };
      } else {
        if (joined !== undefined) yield joined;
        joined = { start, end, headings };
      }
      above = block.headings;
    }
  }
  if (joined !== undefined) yield joined;
}

/** The blocks of a text; where it has headings only, they are its one block. */
function* blocksOf(text: string): Generator<Block> {
  let isEmpty = true;
  for (const block of readBlocks(text)) {
    isEmpty = false;
    yield block;
  }
  if (isEmpty) yield { start: 0, end: text.length, byLine: true, headings: [] };
}

/** What is embedded: a passage with the title and headings that say what it is about. */
export function passageContext({ title, headings, text }: Passage): string {
  return [title, ...headings, text].join("\n");
}

function withoutTitle(headings: readonly string[], title: string): readonly string[] {
  return headings[0] === title ? headings.slice(1) : headings;
}

/** A block that is too long is cut at the ends of its lines, or of its sentences, else at a space. */
function* cutBlock(block: Block, text: string): Generator<Span> {
  let { start, end } = trimmed(block, text);
  while (end - start > MAX_PASSAGE_CHARACTERS) {
    const piece = text.slice(start, start + MAX_PASSAGE_CHARACTERS);
    const cut = start + cutPlace(piece, text.slice(start, start + piece.length + 1), block.byLine);
    yield trimmed({ start, end: cut }, text);
    ({ start, end } = trimmed({ start: cut, end }, text));
  }
  if (end > start) yield { start, end };
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
