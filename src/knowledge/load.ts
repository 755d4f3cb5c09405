import { visibleText } from "../visible-text.ts";
import { isHtmlText } from "./read/detect-format.ts";
import { withTableHeaders } from "./read/markdown-table.ts";
import { baseName, readFile, type ReadFile } from "./read/read-file.ts";
import { DEFAULT_READ_LIMITS, type ReadLimits } from "./read/read-limits.ts";
import { emptyText, tooLarge, unsupported } from "./read/refusals.ts";
import type { DocumentContent, ReadContext, SkippedPart } from "./read/types.ts";
import { firstHeading, frontMatterEnd } from "./read-blocks.ts";
import { readHtml } from "./read-html.ts";
import type { TextPlace } from "./types.ts";

/** Largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;
/** Longest title, in characters. */
const MAX_TITLE = 300;

/** Readable text with its title and the places of its parts in the file. */
export interface ReadDocument {
  readonly title: string;
  readonly text: string;
  readonly places?: readonly TextPlace[] | undefined;
  /** Archive members and attachments that could not be read. */
  readonly skipped?: readonly SkippedPart[] | undefined;
}

/** First characters of binary formats that can look like text. */
const BINARY_STARTS = ["%PDF-", "PK\u0003\u0004", "{\\rtf", "%!PS", "\u001F"];

/**
 * Reads a file of any type that `readFile` supports. The title is the file's own, that of its front matter, its
 * first heading or its name. Errors name the field `text`.
 *
 * @throws RepriseError as `readFile`; `invalid_request` for a file without text, `too_large` above 20 MB
 */
export async function readDocumentContent(
  content: DocumentContent,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): Promise<ReadDocument> {
  if (content.bytes.byteLength > MAX_DOCUMENT_BYTES) throw tooLarge("is larger than 20 MB");
  const context: ReadContext = {
    limits,
    budget: { bytes: limits.expandedBytes },
    depth: 0,
    readInner: readFile,
  };
  const read = await readFile(content, context);
  // A text with places was already written without invisible characters.
  const text = read.places.length > 0 ? read.text : visibleText(read.text);
  if (text.trim() === "") throw emptyText();
  const title = titleOf({ ...read, text }, content.fileName);
  const { places, skipped = [] } = read;
  return {
    title,
    text,
    ...(places.length > 0 && { places }),
    ...(skipped.length > 0 && { skipped }),
  };
}

/**
 * Reads decoded text: Markdown, plain text or HTML.
 *
 * @throws RepriseError `unsupported_media_type` for binary content, `invalid_request` for an empty text
 */
export function readDocumentText(given: string): ReadDocument {
  const text = given.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (text.includes("\0") || BINARY_STARTS.some((start) => text.startsWith(start))) {
    throw unsupported("binary content");
  }
  const page = isHtmlText(text) ? readHtml(text) : undefined;
  const read = page === undefined ? text : withTableHeaders(page.text);
  const visible = visibleText(read);
  if (visible.trim() === "") throw emptyText();
  const file = { title: page?.title ?? "", text: visible, places: [], hasTitleHeading: true };
  return { title: titleOf(file, undefined), text: visible };
}

function titleOf({ title, text, hasTitleHeading }: ReadFile, fileName = ""): string {
  const fromText = hasTitleHeading ? [frontMatterTitle(text), firstHeading(text) ?? ""] : [];
  const candidates = [title, ...fromText, baseName(fileName)].map(visibleText);
  const found = candidates.find((candidate) => candidate.trim() !== "") ?? "Untitled";
  return shortened(found.replace(/\s+/g, " ").trim());
}

/** Title in the front matter, between `---` lines at the beginning. Ignores block scalars. */
function frontMatterTitle(text: string): string {
  const end = frontMatterEnd(text);
  const title = /^title:[ \t]*(.*)$/m.exec(text.slice(0, end))?.[1]?.trim() ?? "";
  return /^[|>]/.test(title) ? "" : title.replace(/^(["'])(.*)\1$/, "$2");
}

/** Truncates without splitting a surrogate pair. */
function shortened(title: string): string {
  return title.slice(0, MAX_TITLE).replace(/[\uD800-\uDBFF]$/, "");
}
