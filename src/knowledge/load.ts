import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import { convert, type FormatCallback } from "html-to-text";
import { RepriseError } from "../errors.ts";
import type { DocumentInput } from "./types.ts";

/** Largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;

/** Content as it came, and what was said of it. */
export interface DocumentContent {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  readonly fileName?: string | undefined;
}

/** Readable text and a title for it. */
export interface ReadDocument {
  readonly title: string;
  readonly text: string;
}

const READABLE = new Set([".md", ".markdown", ".txt", ".text", ".html", ".htm"]);

/**
 * Reads Markdown, plain text or HTML. The type is checked by the content, not by the name.
 *
 * @throws RepriseError `unsupported_media_type` for anything that is no text, `invalid_request` for an
 *   empty one, `too_large` past 20 MB
 */
export function readDocumentContent(content: DocumentContent): ReadDocument {
  if (content.bytes.byteLength > MAX_DOCUMENT_BYTES) {
    throw new RepriseError("too_large", "A document may have 20 MB at most; split it.");
  }
  const extension = extname(content.fileName ?? "").toLowerCase();
  if (extension !== "" && !READABLE.has(extension)) throw unsupported(extension);
  return readDocumentText(decodeText(content.bytes), content);
}

/** The same for text that is already decoded. */
export function readDocumentText(
  given: string,
  about: { mediaType?: string | undefined; fileName?: string | undefined } = {},
): ReadDocument {
  const text = given.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  if (text.includes("\0")) throw unsupported("binary content");
  const isHtml = /html/.test(about.mediaType ?? "") || /^\s*<(?:!doctype html|html\b)/i.test(text);
  const readable = isHtml ? htmlToMarkdown(text) : text;
  if (readable.trim() === "") throw emptyText();
  const title = (isHtml ? htmlTitle(text) : "") || firstHeading(readable) || nameOf(about.fileName);
  return { title: title.replace(/\s+/g, " ").slice(0, 300), text: readable };
}

function htmlTitle(html: string): string {
  return /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1]?.trim() ?? "";
}

function firstHeading(text: string): string {
  return /^#{1,6}[ \t]+(\S.*)$/m.exec(text)?.[1]?.replace(/[ #]+$/, "") ?? "";
}

function nameOf(fileName = "Untitled"): string {
  return basename(fileName, extname(fileName));
}

function emptyText(): RepriseError {
  const message = "must hold text";
  return new RepriseError("invalid_request", `The document's text ${message}.`, {
    details: [{ param: "text", message }],
  });
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unsupported("content that is no UTF-8 text");
  }
}

function unsupported(what: string): RepriseError {
  return new RepriseError(
    "unsupported_media_type",
    `Documents are Markdown, plain text or HTML in UTF-8, not ${what}.`,
    { details: [{ param: "file", message: `${what} is not supported` }] },
  );
}

const HEADING_LEVELS = [1, 2, 3, 4, 5, 6];
const DROPPED = ["img", "nav", "script", "style", "noscript", "template"];

/** Headings as `#`, so that the text is split along them; scripts, styles and navigation are dropped. */
function htmlToMarkdown(html: string): string {
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: MAX_DOCUMENT_BYTES },
    formatters: Object.fromEntries(
      HEADING_LEVELS.map((level) => [`heading${level}`, markdownHeading(level)]),
    ),
    selectors: [
      ...HEADING_LEVELS.map((level) => ({ selector: `h${level}`, format: `heading${level}` })),
      ...DROPPED.map((selector) => ({ selector, format: "skip" })),
      { selector: "a", options: { ignoreHref: true } },
      { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
    ],
  });
}

function markdownHeading(level: number): FormatCallback {
  return (element, walk, builder) => {
    builder.openBlock({ leadingLineBreaks: 2 });
    builder.addInline(`${"#".repeat(level)} `);
    walk(element.children, builder);
    builder.closeBlock({ trailingLineBreaks: 2 });
  };
}

/** A folder's documents, and the files that were left out with the reason. */
export interface LoadedFolder {
  readonly documents: readonly DocumentInput[];
  readonly skipped: readonly { file: string; reason: string }[];
}

/**
 * Every Markdown, text and HTML file below a folder, in the order of their paths; symbolic links are
 * not followed.
 *
 * @throws Error when the folder cannot be read
 */
export async function loadFolder(folder: string): Promise<LoadedFolder> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile() && READABLE.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const documents: DocumentInput[] = [];
  const skipped: { file: string; reason: string }[] = [];
  for (const file of files) {
    const path = relative(folder, file).split(sep).join("/");
    try {
      if ((await stat(file)).size > MAX_DOCUMENT_BYTES) throw new Error("larger than 20 MB");
      const read = readDocumentContent({ bytes: await readFile(file), fileName: file });
      documents.push({ ...read, id: idOfPath(path), source: `file:${path}` });
    } catch (error) {
      skipped.push({ file: path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { documents, skipped };
}

/** `billing/refunds.md` is `billing-refunds`; a path that says more than an id may gets a hash. */
function idOfPath(path: string): string {
  const plain = path.slice(0, path.length - extname(path).length);
  const id = plain.replaceAll("/", "-");
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 8);
  const isPlain = /^[\w-]{1,128}$/.test(id) && !/-/.test(plain.replace(/[^/]*$/, ""));
  return isPlain ? id : `${id.replace(/[^\w-]+/g, "-").slice(0, 100)}-${hash}`;
}
