import { extname } from "node:path";
import { RepriseError } from "../../errors.ts";
import { mainElement } from "../read-html.ts";
import { decodeText } from "./decode-text.ts";
import { codeLanguage, detectBinary, detectText, type TextFormat } from "./detect-format.ts";
import { openArchive, type Archive } from "./open-archive.ts";
import { damaged, unsupported } from "./refusals.ts";
import type { DocumentContent, FileText, ReadContext } from "./types.ts";

/** A file's text, and whether its first heading may be its title. */
export interface ReadFile extends FileText {
  readonly hasTitleHeading: boolean;
}

/**
 * Reads a file of any supported type. The content decides the type; names only distinguish kinds of text.
 * Readers and their libraries are loaded on demand.
 *
 * @throws RepriseError `unsupported_media_type` for an unsupported type, or a file that is encrypted or has no
 *   text; `invalid_request` for a damaged file; `too_large` above a limit
 */
export async function readFile(content: DocumentContent, context: ReadContext): Promise<ReadFile> {
  const binary = detectBinary(content.bytes);
  if (binary?.kind === "unreadable") throw unsupported(binary.what, binary.hint);
  if (binary?.kind === "pdf") {
    return named("PDF", async () => {
      const { readPdf } = await import("./pdf/read-pdf.ts");
      return { ...(await readPdf(content.bytes, context.limits)), hasTitleHeading: true };
    });
  }
  if (binary?.kind === "zip") return readZip(content.bytes, context);
  return readTextFile(content, context);
}

/** Whether the file is plain text of any kind, which takes time proportional to its length. */
export function isPlainText({ bytes, ...hints }: DocumentContent): boolean {
  if (detectBinary(bytes) !== undefined) return false;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 10_000));
  const format = detectText(start, hints);
  // E-mail may have attachments of any type; HTML without marked content needs an article search in a tree.
  if (format !== "html") return format !== "email";
  return mainElement(new TextDecoder("latin1").decode(bytes)) !== undefined;
}

/** Word for the web numbers its main part. */
const WORD_PART = /^word\/document\d*\.xml$/;

/** Office files and e-books are archives; their members distinguish them. */
async function readZip(bytes: Uint8Array, context: ReadContext): Promise<ReadFile> {
  const archive = await openArchive(bytes, context.limits, context.budget);
  const names = new Set(archive.names);
  if (archive.names.some((name) => WORD_PART.test(name))) {
    return named("DOCX", async () => {
      const { readDocx } = await import("./read-docx.ts");
      return { ...(await readDocx(archive)), hasTitleHeading: true };
    });
  }
  if (names.has("ppt/presentation.xml")) {
    return named("PPTX", async () => {
      const { readPptx } = await import("./read-pptx.ts");
      return { ...(await readPptx(archive, context)), hasTitleHeading: true };
    });
  }
  if (names.has("xl/workbook.xml")) {
    return named("XLSX", async () => {
      const { readWorkbook } = await import("./read-workbook.ts");
      return { ...(await readWorkbook(archive)), hasTitleHeading: false };
    });
  }
  if (names.has("META-INF/container.xml")) {
    return named("EPUB", async () => {
      const { readEpub } = await import("./read-epub.ts");
      return { ...(await readEpub(archive)), hasTitleHeading: true };
    });
  }
  await refuseOtherOffice(archive);
  const { readArchive } = await import("./read-archive.ts");
  return { ...(await readArchive(archive, context)), hasTitleHeading: false };
}

/** Refuses binary workbooks, and formats that name their type in the first member. */
async function refuseOtherOffice(archive: Archive): Promise<void> {
  if (archive.names.includes("xl/workbook.bin")) throw unsupported("a binary workbook (XLSB)");
  if (archive.names[0] !== "mimetype") return;
  const type = (await archive.readText("mimetype")) ?? "";
  if (type.includes("opendocument")) throw unsupported("an OpenDocument file");
}

async function readTextFile(content: DocumentContent, context: ReadContext): Promise<ReadFile> {
  const text = (await decodeText(content.bytes)).replace(/\r\n?/g, "\n");
  const format = detectText(text, content);
  return named(NAMES[format], async () => {
    const read = await readTextAs(format, text, content, context);
    return { places: [], ...read, hasTitleHeading: HAS_TITLE_HEADING.has(format) };
  });
}

const NAMES: Readonly<Record<TextFormat, string>> = {
  html: "HTML",
  email: "e-mail",
  json: "JSON",
  "json-lines": "JSON Lines",
  csv: "CSV",
  code: "source code",
  text: "text",
};
const HAS_TITLE_HEADING = new Set<TextFormat>(["html", "text"]);

async function readTextAs(
  format: TextFormat,
  text: string,
  { bytes, fileName = "" }: DocumentContent,
  context: ReadContext,
): Promise<Omit<FileText, "places"> & Partial<FileText>> {
  switch (format) {
    case "html":
      return (await import("./read-html-page.ts")).readHtmlPage(text);
    case "email":
      return (await import("./read-email.ts")).readEmail(bytes, context);
    case "json":
      return (await import("./read-json.ts")).readJson(text);
    case "json-lines":
      return (await import("./read-json.ts")).readJsonLines(text);
    case "csv":
      return (await import("./read-csv.ts")).readCsv(text);
    case "code":
      return {
        title: fileName.replace(/^.*[/\\]/, ""),
        text: fenced(text, codeLanguage(fileName)),
      };
    case "text":
      return { title: "", text };
  }
}

/** Fences source code with more backticks than any line of it contains. */
function fenced(code: string, language: string): string {
  if (code.trim() === "") return "";
  const longest = Math.max(2, ...(code.match(/`{3,}/g) ?? []).map((marks) => marks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${code.replace(/^\n+|\s+$/g, "")}\n${fence}`;
}

/** Treats a library's error as a damaged file. */
async function named<Value>(type: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RepriseError) throw error;
    throw damaged(`is not readable as ${type}: ${reasonOf(error)}`, error);
  }
}

/** Internal errors of a library are replaced: their messages do not help the client. */
function reasonOf(error: unknown): string {
  const isStumble =
    !(error instanceof Error) || error instanceof TypeError || error instanceof RangeError;
  if (isStumble) return "its structure is broken";
  return error.message.replace(/\s+/g, " ").slice(0, 200).replace(/\.$/, "");
}

/** File name without an extension that can be a format; `v1.2` is kept. */
export function baseName(fileName: string): string {
  const name = fileName.replace(/^.*[/\\]/, "");
  const extension = extname(name);
  return /^\.[a-z][a-z0-9]{0,7}$/i.test(extension) ? name.slice(0, -extension.length) : name;
}
