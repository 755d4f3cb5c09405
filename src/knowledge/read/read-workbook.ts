import type * as XlsxModule from "@e965/xlsx";
import type { CellObject as Cell, WorkSheet as Sheet } from "@e965/xlsx";
import { zipStored } from "./zip-stored.ts";
import type { Archive } from "./open-archive.ts";
import { damaged, tooLarge } from "./refusals.ts";
import { createTextWriter } from "./text-writer.ts";
import type { FileText } from "./types.ts";
import { writeSheet, type SheetRow } from "./write-sheet.ts";
import { parseXml } from "./xml.ts";

const PARTS = /^(?:\[Content_Types\]\.xml|_rels\/.*|docProps\/.*|xl\/.*)$/;
const TEXT_PARTS = /\.(?:xml|rels)$/;
/** Maximum cells of a workbook. */
const MAX_CELLS = 1_000_000;
/** Maximum rows in which one merged cell is repeated. */
const MAX_MERGED_ROWS = 1_000;

type Xlsx = typeof XlsxModule;

/** Reads the visible sheets of a workbook: rows with their header, values as displayed, dates as ISO. */
export async function readWorkbook(archive: Archive): Promise<FileText> {
  const parts = await readParts(archive);
  const xlsx = await import("@e965/xlsx");
  const book = openBook(xlsx, zipStored(parts));
  const writer = createTextWriter();
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  for (const [name, sheet] of visibleSheets(book)) {
    writeSheet(readRows(xlsx, sheet, date1904), { sheet: name }, writer);
  }
  return { title: book.Props?.Title?.trim() ?? "", ...writer.end() };
}

function visibleSheets({ SheetNames, Sheets, Workbook }: XlsxModule.WorkBook): [string, Sheet][] {
  const settings = Workbook?.Sheets ?? [];
  return SheetNames.flatMap((name, index): [string, Sheet][] => {
    const sheet = Sheets[name];
    const isHidden = (settings[index]?.Hidden ?? 0) > 0;
    return sheet === undefined || isHidden ? [] : [[name, sheet]];
  });
}

/** The XML parts of a workbook. Parts that can be nested are checked for depth; sheets are read tag by tag. */
async function readParts(archive: Archive): Promise<Record<string, Uint8Array>> {
  const parts: Record<string, Uint8Array> = {};
  for (const name of archive.names.filter((each) => PARTS.test(each) && TEXT_PARTS.test(each))) {
    const content = await archive.read(name);
    if (content === undefined) continue;
    parts[name] = content;
    if (!name.startsWith("xl/worksheets")) parseXml(new TextDecoder().decode(content));
  }
  return parts;
}

function openBook(xlsx: Xlsx, content: Buffer) {
  try {
    return xlsx.read(content, {
      type: "buffer",
      cellFormula: false,
      cellHTML: false,
      cellNF: true,
      cellText: true,
      bookVBA: false,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(`is not a readable XLSX: ${reason}`, error);
  }
}

/** Reads only existing cells: a sheet may claim to have billions. */
function readRows(xlsx: Xlsx, sheet: Sheet, date1904: boolean): SheetRow[] {
  const rows = new Map<number, string[]>();
  const cells = Object.entries(sheet).filter(([address]) => !address.startsWith("!"));
  if (cells.length > MAX_CELLS) throw tooLarge(`has more than ${MAX_CELLS} cells`);
  for (const [address, value] of cells) {
    const text = isCell(value) ? cellText(xlsx, value, date1904) : "";
    const { r, c } = xlsx.utils.decode_cell(address);
    if (text !== "") putCell(rows, r, c, text);
  }
  repeatMerged(rows, sheet["!merges"] ?? []);
  return [...rows]
    .sort(([one], [other]) => one - other)
    .map(([row, texts]) => ({ number: row + 1, cells: Array.from(texts, (text) => text ?? "") }));
}

function putCell(rows: Map<number, string[]>, row: number, column: number, text: string): void {
  const cells = rows.get(row) ?? [];
  cells[column] = text;
  rows.set(row, cells);
}

/** Repeats a cell that is merged over rows in each of them. A cell merged over columns is a caption. */
function repeatMerged(rows: Map<number, string[]>, merges: readonly XlsxModule.Range[]): void {
  for (const { s, e } of merges) {
    const text = rows.get(s.r)?.[s.c];
    if (text === undefined || e.c > s.c) continue;
    const last = Math.min(e.r, s.r + MAX_MERGED_ROWS);
    for (let row = s.r + 1; row <= last; row += 1) putCell(rows, row, s.c, text);
  }
}

function isCell(value: unknown): value is Cell {
  return typeof value === "object" && value !== null && "t" in value;
}

function cellText(xlsx: Xlsx, cell: Cell, date1904: boolean): string {
  if (typeof cell.v === "number" && cell.z !== undefined && xlsx.SSF.is_date(String(cell.z))) {
    const date = toDate(xlsx.SSF.parse_date_code(cell.v, { date1904 }));
    if (date !== undefined) return date;
  }
  const shown = cell.w ?? (cell.v === undefined ? "" : String(cell.v));
  return shown.replace(/\s+/g, " ").trim();
}

interface DateCode {
  readonly y: number;
  readonly m: number;
  readonly d: number;
  readonly H: number;
  readonly M: number;
}

/** A time without a date is on day 0. */
function toDate(code: DateCode | null | undefined): string | undefined {
  if (code === null || code === undefined) return undefined;
  const two = (number: number) => String(number).padStart(2, "0");
  const time = code.H === 0 && code.M === 0 ? "" : `${two(code.H)}:${two(code.M)}`;
  const day = code.y < 1901 ? "" : `${code.y}-${two(code.m)}-${two(code.d)}`;
  return [day, time].filter((part) => part !== "").join(" ") || undefined;
}
