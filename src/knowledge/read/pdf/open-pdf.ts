import { z } from "zod";
import type { ReadLimits } from "../read-limits.ts";
import { MAX_TEXT } from "../read-limits.ts";
import { damaged, tooLarge, unreadable } from "../refusals.ts";
import { checkStreams } from "./check-streams.ts";
import { withoutLigatures } from "./join-lines.ts";
import type { PageBoxes, TextBox } from "./types.ts";

/** A file ends with its mark; a few programs write something behind it. */
const END_BYTES = 2_048;

const itemSchema = z.object({
  str: z.string(),
  transform: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  width: z.number(),
  height: z.number(),
  fontName: z.string(),
});

const infoSchema = z.object({ Title: z.string().optional() });

/** A PDF's title and the boxes of its pages. */
export interface OpenedPdf {
  readonly title: string;
  readonly pages: readonly PageBoxes[];
}

/** @throws RepriseError for an encrypted or damaged file, or one of too many pages */
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

/** What is used of a document of pdf.js, whose types need those of a browser. */
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

/** Programs put a file's name there, or nothing. */
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

/** Text that does not run from left to right on the page as it is shown, such as a watermark, is left out. */
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

/** A point (`weight` 1) or a direction (0) of a file as it is on the page that is shown. */
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
