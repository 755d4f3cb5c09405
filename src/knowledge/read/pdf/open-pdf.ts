import { z } from "zod";
import { MAX_TEXT, type ReadLimits } from "../read-limits.ts";
import { damaged, tooLarge, unreadable } from "../refusals.ts";
import { withoutLigatures } from "./join-lines.ts";
import type { PageBoxes, TextBox } from "./types.ts";
import { constants, inflateSync } from "node:zlib";

/** Number of bytes searched for the end mark; some programs write data after it. */
const END_BYTES = 2_048;

const itemSchema = z.object({
  str: z.string(),
  transform: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  width: z.number(),
  height: z.number(),
  fontName: z.string(),
});

const infoSchema = z.object({ Title: z.string().optional() });

/** A PDF's title and the text boxes of its pages. */
export interface OpenedPdf {
  readonly title: string;
  readonly pages: readonly PageBoxes[];
}

/** @throws RepriseError for an encrypted or damaged file, or too many pages */
export async function openPdf(bytes: Uint8Array, limits: ReadLimits): Promise<OpenedPdf> {
  const tail = new TextDecoder("latin1").decode(bytes.subarray(-END_BYTES));
  if (!tail.includes("%%EOF")) throw damaged("is not a complete PDF: its end is missing");
  checkStreams(bytes, limits);
  const unpdf = await import("unpdf");
  const options = {
    verbosity: 0,
    isEvalSupported: false,
    disableFontFace: true,
    stopAtErrors: true,
  };
  const opened: unknown = await unpdf
    .getDocumentProxy(bytes.slice(), options)
    .catch((error: unknown) => {
      throw toRefusal(error);
    });
  const pdf = pdfSchema.parse(opened);
  if (pdf.numPages > limits.pages) throw tooLarge(`has more than ${limits.pages} pages`);
  try {
    const title = await readTitle(pdf);
    const pages: PageBoxes[] = [];
    let characters = 0;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await readPage(pdf, number);
      characters += page.boxes.reduce((sum, { text }) => sum + text.length, 0);
      if (characters > MAX_TEXT) throw tooLarge("is larger than 20 MB");
      pages.push(page);
    }
    return { title, pages };
  } catch (error) {
    throw toRefusal(error);
  } finally {
    await pdf.destroy().catch(() => undefined);
  }
}

/** The used part of a pdf.js document; the library's types need those of a browser. */
interface Pdf {
  readonly numPages: number;
  getMetadata(): Promise<{ readonly info: unknown }>;
  getPage(number: number): Promise<PdfPage>;
  destroy(): Promise<void>;
}

interface PdfPage {
  getViewport(options: { scale: number }): {
    readonly transform: readonly number[];
    readonly width: number;
    readonly height: number;
  };
  getTextContent(): Promise<{ readonly items: readonly unknown[] }>;
  cleanup(): unknown;
}

const pdfSchema = z.custom<Pdf>(
  (value) => typeof value === "object" && value !== null && "getPage" in value,
);

/** The title, unless it is a file name or a program's default. */
async function readTitle(pdf: Pdf): Promise<string> {
  const { info } = await pdf.getMetadata();
  const title = infoSchema.safeParse(info).data?.Title?.trim() ?? "";
  const isName = /^(?:untitled|\(?anonymous\)?|microsoft word\b.*|.*\.\w{2,5})$/i.test(title);
  return isName ? "" : title;
}

async function readPage(pdf: Pdf, number: number): Promise<PageBoxes> {
  const page = await pdf.getPage(number);
  const { transform, width, height } = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  const boxes = items.flatMap((item) => {
    const parsed = itemSchema.safeParse(item);
    return parsed.success ? toBox(parsed.data, transform) : [];
  });
  page.cleanup();
  return { number, width, height, boxes };
}

/** Skips text that does not run from left to right on the displayed page, such as a watermark. */
function toBox(item: z.infer<typeof itemSchema>, viewport: readonly number[]): TextBox[] {
  const [ia, ib, , , x, y] = item.transform;
  const [along, across] = onPage(viewport, ia, ib, 0);
  if (item.str.trim() === "" || Math.abs(across) > 0.2 * along) return [];
  const [left, top] = onPage(viewport, x, y, 1);
  return [
    {
      text: withoutLigatures(item.str),
      x: left,
      y: top,
      width: item.width,
      height: item.height,
      font: item.fontName,
    },
  ];
}

/** Converts a point (`weight` 1) or a direction (0) to the displayed page. */
function onPage(
  [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: readonly number[],
  x: number,
  y: number,
  weight: 0 | 1,
): readonly [number, number] {
  return [a * x + c * y + weight * e, b * x + d * y + weight * f];
}

function toRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "RepriseError") return error;
  if (error.name === "PasswordException") {
    return unreadable("is an encrypted PDF; remove its password", error);
  }
  const reason = error instanceof TypeError ? "its structure is broken" : error.message;
  return damaged(`is not a readable PDF: ${reason.replace(/\.$/, "")}`, error);
}

/** Number of characters before a stream that are searched for its dictionary. */
const DICTIONARY_LENGTH = 1_000;

/**
 * Unpacks the streams that text extraction will unpack, which are all except pictures, and refuses a file that
 * would exhaust the memory: the thread's memory limit does not include buffers.
 *
 * @throws RepriseError `too_large` above the limit, `invalid_request` for streams that are packed twice
 */
function checkStreams(bytes: Uint8Array, { expandedBytes }: ReadLimits): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = expandedBytes;
  for (let at = file.indexOf("stream"); at !== -1; at = file.indexOf("stream", at + 6)) {
    const start = at + 6 + lineEnd(file, at + 6);
    const dictionary = dictionaryBefore(file, at);
    if (start === at + 6 || !isPackedText(dictionary)) continue;
    if ((dictionary.match(/\/(?:FlateDecode|Fl)\b/g)?.length ?? 0) > 1) {
      throw damaged("is a PDF with a stream that is packed twice");
    }
    left -= unpackedLength(file.subarray(start), left);
    if (left <= 0) {
      const megabytes = Math.floor(expandedBytes / 1024 / 1024);
      throw tooLarge(`is larger than ${megabytes} MB when unpacked`);
    }
  }
}

/** Length of the line end after the `stream` keyword. `endstream` and words in texts have none. */
function lineEnd(file: Buffer, at: number): number {
  if (file[at] === 0x0a) return 1;
  return file[at] === 0x0d && file[at + 1] === 0x0a ? 2 : 0;
}

function dictionaryBefore(file: Buffer, at: number): string {
  const before = file.toString("latin1", Math.max(0, at - DICTIONARY_LENGTH), at);
  return before.slice(Math.max(before.lastIndexOf(" obj"), before.lastIndexOf("endobj")));
}

function isPackedText(dictionary: string): boolean {
  return /\/(?:FlateDecode|Fl)\b/.test(dictionary) && !/\/Subtype\s*\/Image\b/.test(dictionary);
}

/** Unpacked length, also of a damaged stream; at most `most`. */
function unpackedLength(packed: Buffer, most: number): number {
  try {
    const options = { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH };
    return inflateSync(packed, options).length;
  } catch (error) {
    const isTooLong =
      error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLong ? most : 0;
  }
}
