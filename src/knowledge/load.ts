import { basename, extname } from "node:path";
import { RepriseError } from "../errors.ts";
import { firstHeading, frontMatterEnd } from "./read-blocks.ts";
import { readHtml } from "./read-html.ts";

/** Largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;
/** Longest title, in characters. */
const MAX_TITLE = 300;

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
/** The end of `v1.2` or of `No. 5 again` says nothing of a format. */
const EXTENSION = /^\.(?=.*[a-z])[a-z0-9]{1,8}$/;
/** First characters of formats that may pass for text. */
const BINARY_STARTS = ["%PDF-", "PK\u0003\u0004", "{\\rtf", "%!PS", "\u001F"];

/** True for a file name that says Markdown, text or HTML. */
export function isReadableName(fileName: string): boolean {
  return READABLE.has(extname(fileName).toLowerCase());
}

/**
 * Reads Markdown, plain text or HTML. The type is checked by the content; of names only those of other
 * formats are refused. The title is the page's, its front matter's, its first heading or the file's
 * name. The errors name the field `text`.
 *
 * @throws RepriseError `unsupported_media_type` for anything that is no text, `invalid_request` for an
 *   empty one, `too_large` past 20 MB
 */
export function readDocumentContent(content: DocumentContent): ReadDocument {
  if (content.bytes.byteLength > MAX_DOCUMENT_BYTES) {
    throw new RepriseError("too_large", "A document may have 20 MB at most; split it.", {
      details: [{ param: "text", message: "is larger than 20 MB" }],
    });
  }
  const extension = extname(content.fileName ?? "").toLowerCase();
  if (EXTENSION.test(extension) && !READABLE.has(extension)) {
    throw unsupported(`a ${extension} file`);
  }
  return readDocumentText(decodeText(content.bytes), content);
}

/** The same for text that is already decoded. */
export function readDocumentText(
  given: string,
  about: { mediaType?: string | undefined; fileName?: string | undefined } = {},
): ReadDocument {
  const text = given.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (text.includes("\0") || BINARY_STARTS.some((start) => text.startsWith(start))) {
    throw unsupported("binary content");
  }
  const read = isHtmlContent(text, about) ? readHtml(text) : { title: "", text };
  if (read.text.trim() === "") throw emptyText();
  const titles = [
    read.title,
    frontMatterTitle(read.text),
    firstHeading(read.text) ?? "",
    nameOf(about.fileName),
  ];
  const title = titles.find((candidate) => candidate.trim() !== "") ?? "Untitled";
  return { title: shortened(title.replace(/\s+/g, " ").trim()), text: read.text };
}

/** What may stand before a page's first tag, and the tag; no part of it can be read in two ways. */
const HTML_START =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype html|html|head|body)\b/i;
/** Characters in which it is looked for. */
const HTML_START_LENGTH = 10_000;

function isHtmlContent(
  text: string,
  {
    mediaType = "",
    fileName = "",
  }: { mediaType?: string | undefined; fileName?: string | undefined },
): boolean {
  return (
    /html/i.test(mediaType) ||
    /\.html?$/i.test(fileName) ||
    HTML_START.test(text.slice(0, HTML_START_LENGTH))
  );
}

/** Of the lines between `---` at the beginning of a page; block scalars are left alone. */
function frontMatterTitle(text: string): string {
  const end = frontMatterEnd(text);
  const title = /^title:[ \t]*(.*)$/m.exec(text.slice(0, end))?.[1]?.trim() ?? "";
  return /^[|>]/.test(title) ? "" : title.replace(/^(["'])(.*)\1$/, "$2");
}

/** Without half a character at its end. */
function shortened(title: string): string {
  return title.slice(0, MAX_TITLE).replace(/[\uD800-\uDBFF]$/, "");
}

function nameOf(fileName = ""): string {
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
    { details: [{ param: "text", message: `must be text, not ${what}` }] },
  );
}
