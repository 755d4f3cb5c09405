import type { TextPlace } from "../../types.ts";
import { delimiterRow, tableRow } from "../markdown-table.ts";
import type { ReadLimits } from "../read-limits.ts";
import { unreadable } from "../refusals.ts";
import { type TextWriter, createTextWriter } from "../text-writer.ts";
import { inReadingOrder } from "./find-columns.ts";
import { type Vocabulary, joinLines, readVocabulary } from "./join-lines.ts";
import { makeBlocks } from "./make-blocks.ts";
import { makeRows } from "./make-rows.ts";
import { openPdf } from "./open-pdf.ts";
import type { BodyStyle, PageBoxes, PdfBlock, TextBox } from "./types.ts";

/** Maximum heading level. */
const MAX_LEVEL = 5;

/**
 * Extracts the text of a PDF in reading order, with its pages. Headings are detected by font size, tables by
 * their columns. Running headers and footers are removed. Scripts are neither executed nor read.
 *
 * @throws RepriseError for an encrypted or damaged file, one without text, or one with too many pages
 */
export async function readPdf(
  bytes: Uint8Array,
  limits: ReadLimits,
): Promise<{ title: string; text: string; places: TextPlace[] }> {
  const { title, pages } = await openPdf(bytes, limits);
  if (pages.every(({ boxes }) => boxes.length === 0)) {
    throw unreadable("is a scanned PDF without text; run text recognition (OCR) first");
  }
  const body = bodyStyle(pages);
  const kept = withoutRunningLines(pages, body).map((page) => ({
    number: page.number,
    rows: inReadingOrder(makeRows(page.boxes)),
  }));
  const known = readVocabulary(
    kept.flatMap(({ rows }) => rows.flatMap(({ segments }) => segments.map(({ text }) => text))),
  );
  const read = kept.map(({ number, rows }) => ({ number, blocks: makeBlocks(rows, body, known) }));
  return { title, ...writePages(read, known) };
}

/** The most frequent font and size. */
function bodyStyle(pages: readonly PageBoxes[]): BodyStyle {
  const counts = new Map<string, { style: BodyStyle; count: number }>();
  for (const { text, height, font } of pages.flatMap(({ boxes }) => boxes)) {
    const style = { height: Math.round(height * 2) / 2, font };
    const key = `${style.height} ${font}`;
    const found = counts.get(key) ?? { style, count: 0 };
    counts.set(key, { style, count: found.count + text.length });
  }
  const [most] = [...counts.values()].sort((one, other) => other.count - one.count);
  return most?.style ?? { height: 10, font: "" };
}

interface ReadPage {
  readonly number: number;
  readonly blocks: readonly PdfBlock[];
}

function writePages(pages: readonly ReadPage[], known: Vocabulary) {
  const writer = createTextWriter();
  const levels = headingLevels(pages);
  const all = pages.flatMap(({ number, blocks }) =>
    blocks.map((block, index) => ({ block, page: number, isFirst: index === 0 })),
  );
  let header: readonly string[] | undefined;
  let glue: string | undefined;
  for (const [index, { block, page, isFirst }] of all.entries()) {
    const last = all[index - 1]?.block;
    writer.setPlace({ page });
    if (block.kind === "table") {
      header = writeTable(block, isFirst && last?.kind === "table" ? header : undefined, writer);
    } else if (block.kind === "heading") {
      const level = levels.get(Math.round(block.size)) ?? MAX_LEVEL;
      writer.addBlock(`${"#".repeat(level)} ${block.text}`);
    } else {
      const text = untilNextPage(block, all[index + 1], known);
      writeProse({ ...block, text: text.trimEnd() }, last, glue, writer);
      glue = text === block.text ? undefined : text.slice(text.trimEnd().length);
    }
  }
  const { text, places } = writer.end();
  return { text, places };
}

/** Text of a block. If it continues on the next page, the text ends with the space or hyphen before the rest. */
function untilNextPage(
  block: Extract<PdfBlock, { isOpen: boolean }>,
  next: { readonly block: PdfBlock; readonly isFirst: boolean } | undefined,
  known: Vocabulary,
): string {
  if (next?.isFirst !== true || !goesOn(block, next.block)) return block.text;
  return headOf(block.text, next.block, known);
}

/** @param glue text between the block and its beginning on the previous page, if there is one */
function writeProse(
  { kind, text }: Extract<PdfBlock, { isOpen: boolean }>,
  last: PdfBlock | undefined,
  glue: string | undefined,
  writer: TextWriter,
): void {
  if (glue !== undefined) writer.append(text, glue);
  else if (kind === "item" && last?.kind === "item") writer.addLine(text);
  else writer.addBlock(asProse(text, kind));
}

/** Whether a sentence continues on the next page. */
function goesOn(block: PdfBlock, next: PdfBlock): boolean {
  return (
    (block.kind === "paragraph" || block.kind === "item") &&
    block.isOpen &&
    next.kind === "paragraph" &&
    /^[\p{Ll}\p{N}("„“]/u.test(next.text)
  );
}

/** First part of a sentence, with the space or hyphen before the rest. */
function headOf(text: string, next: PdfBlock, known: Vocabulary): string {
  if (next.kind === "table") return text;
  return joinLines(text, next.text, known).slice(0, -next.text.length);
}

/** Writes a table. If it continues from the previous page it keeps the header, whether or not the file repeats it. */
function writeTable(
  { rows, isHeaded }: Extract<PdfBlock, { kind: "table" }>,
  before: readonly string[] | undefined,
  writer: TextWriter,
): readonly string[] | undefined {
  const [first] = rows;
  const own = isHeaded ? first : undefined;
  const isSame = before !== undefined && before.length === first?.length;
  const header = own ?? (isSame ? before : undefined);
  const others = own === undefined ? rows : rows.slice(1);
  const lines = others.map(tableRow);
  if (header !== undefined) lines.unshift(tableRow(header), delimiterRow(header.length));
  writer.addBlock(lines.join("\n"));
  return header;
}

/** Maps font sizes to heading levels; the largest is the outermost. */
function headingLevels(pages: readonly ReadPage[]): ReadonlyMap<number, number> {
  const sizes = pages.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "heading" ? [Math.round(block.size)] : [])),
  );
  const distinct = [...new Set(sizes)].sort((one, other) => other - one);
  return new Map(distinct.map((size, index) => [size, Math.min(index + 1, MAX_LEVEL)]));
}

/** Escapes a paragraph that begins like a heading or a fence. */
function asProse(text: string, kind: "paragraph" | "item"): string {
  return kind === "paragraph" && /^(?:#{1,6}\s|`{3}|~{3})/.test(text) ? `\\${text}` : text;
}

/** Zone at the top and bottom of a page for running lines, as a share of its height. */
const ZONE = 0.12;
/** Minimum share of the pages with the same line for a running line. */
const LEAST_SHARE = 0.4;
/** Tolerance of a position on the page, in points. */
const GRID = 4;

/**
 * Removes running headers, footers and page numbers: lines at the edge of the pages, not larger than the text,
 * that occur at the same position on many pages, ignoring numbers.
 */
function withoutRunningLines(pages: readonly PageBoxes[], body: BodyStyle): PageBoxes[] {
  if (pages.length < 2) return [...pages];
  const counts = new Map<string, Set<number>>();
  for (const page of pages) {
    for (const key of page.boxes.flatMap((box) => keysOf(box, page, body))) {
      const on = counts.get(key) ?? new Set();
      counts.set(key, on.add(page.number));
    }
  }
  const least = Math.max(2, LEAST_SHARE * pages.length);
  const isRunning = (box: TextBox, page: PageBoxes) =>
    keysOf(box, page, body).some((key) => (counts.get(key)?.size ?? 0) >= least);
  return pages.map((page) => ({
    ...page,
    boxes: page.boxes.filter((box) => !isRunning(box, page)),
  }));
}

/** Two keys from shifted grids, so that positions near a grid edge also match. */
function keysOf(box: TextBox, page: PageBoxes, body: BodyStyle): string[] {
  const text = box.text.trim();
  const isAtEdge = box.y < ZONE * page.height || box.y > (1 - ZONE) * page.height;
  if (text === "" || !isAtEdge || box.height > body.height * 1.05) return [];
  const form = text.replace(/\d+/g, "#").replace(/^[ivxlc]+$/i, "#");
  return [0, 0.5].map((shift) => `${Math.floor(box.y / GRID + shift)}:${shift}:${form}`);
}
