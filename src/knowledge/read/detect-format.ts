import { extname } from "node:path";

/** Format of binary content. A `zip` may be an office file, depending on its members. */
export type BinaryFormat =
  | { readonly kind: "pdf" }
  | { readonly kind: "zip" }
  | { readonly kind: "unreadable"; readonly what: string; readonly hint?: string };

/** Format of a text. */
export type TextFormat = "html" | "email" | "json" | "json-lines" | "csv" | "code" | "text";

/** Unsupported types, by their first bytes. */
const SIGNATURES: readonly (readonly [what: string, start: string, at?: number])[] = [
  ["an image (PNG)", "\x89PNG"],
  ["an image (JPEG)", "\xff\xd8\xff"],
  ["an image (GIF)", "GIF8"],
  ["an image (TIFF)", "II*\0"],
  ["an image (TIFF)", "MM\0*"],
  ["an image (BMP)", "BM", 0],
  ["an image, sound or video (RIFF)", "RIFF"],
  ["a video (MP4)", "ftyp", 4],
  ["a video (Matroska)", "\x1aE\xdf\xa3"],
  ["a sound (Ogg)", "OggS"],
  ["a sound (MP3)", "ID3"],
  ["a GZIP archive", "\x1f\x8b"],
  ["a 7z archive", "7z\xbc\xaf"],
  ["a RAR archive", "Rar!"],
  ["a BZIP2 archive", "BZh"],
  ["an XZ archive", "\xfd7zXZ"],
  ["a Zstandard archive", "\x28\xb5\x2f\xfd"],
  ["a TAR archive", "ustar", 257],
  ["an RTF file", "{\\rtf"],
  ["a PostScript file", "%!PS"],
  ["a program (ELF)", "\x7fELF"],
  ["a program (Windows)", "MZ\x90"],
  ["a SQLite database", "SQLite format 3"],
  ["a Java class", "\xca\xfe\xba\xbe"],
  ["a font", "OTTO"],
  ["a font", "wOFF"],
  ["a font", "wOF2"],
];
const COMPOUND = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/** Detects binary formats by the first bytes; undefined if the content may be text. */
export function detectBinary(bytes: Uint8Array): BinaryFormat | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1_024));
  // The decoder's `latin1` is Windows-1252, so signatures are compared byte by byte.
  const startsWith = (start: string, at = 0) =>
    Array.from(start).every((sign, index) => bytes[at + index] === sign.charCodeAt(0));
  // Some programs write other data before the PDF mark.
  if (startsWith("%PDF") || /^[^<]{0,1000}%PDF-\d\.\d[\r\n]/.test(head)) return { kind: "pdf" };
  if (startsWith("PK\x03\x04") || startsWith("PK\x05\x06") || startsWith("PK\x07\x08")) {
    return { kind: "zip" };
  }
  if (startsWith(COMPOUND)) return compoundKind(bytes);
  const found = SIGNATURES.find(([, start, at]) => startsWith(start, at));
  return found === undefined || isBitmapText(found[1], bytes)
    ? undefined
    : { kind: "unreadable", what: found[0] };
}

/** `BM` can also start a text; a bitmap has zeros after its size. */
function isBitmapText(start: string, bytes: Uint8Array): boolean {
  return start === "BM" && !(bytes[6] === 0 && bytes[7] === 0);
}

/** Office files before 2007 and encrypted newer ones use the same container. */
function compoundKind(bytes: Uint8Array): BinaryFormat {
  const text = new TextDecoder("utf-16le").decode(bytes.subarray(0, bytes.length & ~1));
  if (text.includes("EncryptedPackage")) {
    return { kind: "unreadable", what: "an encrypted Office file", hint: "remove its password" };
  }
  return {
    kind: "unreadable",
    what: "an Office file from before 2007, or an Outlook message",
    hint: "save it as DOCX, XLSX, PPTX or EML",
  };
}

const PROSE = new Set([".md", ".markdown", ".mdx", ".txt", ".text", ".rst", ".adoc", ".log"]);
const TABLES = new Set([".csv", ".tsv", ".tab"]);
const JSON_LINES = new Set([".jsonl", ".ndjson"]);
const CODE = new Set(
  (
    ".bash .bat .c .cc .cfg .clj .cjs .cmd .conf .cpp .cs .css .cts .cxx .d .dart .diff .env .erl .ex .exs .f90 .fs .go " +
    ".gradle .groovy .h .hcl .hh .hpp .hs .ini .java .jl .js .jsx .kt .kts .less .lisp .lua .m .mjs .ml .mm .mts .nim .pas " +
    ".patch .php .pl .pm .properties .proto .ps1 .py .pyi .r .rb .rs .sass .scala .scss .sh .sol .sql .svelte .swift .tcl " +
    ".tex .tf .toml .ts .tsx .vb .vue .xml .xsd .xsl .yaml .yml .zig .zsh"
  ).split(" "),
);

/** Allowed text before a page's first tag, and the tag. Unambiguous, so it cannot backtrack. */
const HTML_START =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype html|html|head|body)\b/i;
/** Number of characters searched for the start of a format. */
const START_LENGTH = 10_000;
/** Header fields that only occur in messages, and those that other texts also begin with. */
const MESSAGE_FIELD = /^(?:message-id|mime-version|received|return-path|x-mailer):/im;
const FIELD = /^(?:from|to|cc|subject|date|reply-to):/gim;
const FIELD_LINES = /^(?:[!-9;-~]{1,70}:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}\r?\n/;

/** Declared type and name of a text. */
export interface TextHints {
  readonly mediaType?: string | undefined;
  readonly fileName?: string | undefined;
}

/** Detects a text's format by its content if that is clear, otherwise by its name. */
export function detectText(text: string, { mediaType = "", fileName = "" }: TextHints): TextFormat {
  const extension = extname(fileName).toLowerCase();
  const start = text.slice(0, START_LENGTH).replaceAll("\r\n", "\n");
  if (/html/i.test(mediaType) || /\.x?html?$/.test(extension) || HTML_START.test(start)) {
    return "html";
  }
  if (isMessage(start, extension, mediaType)) return "email";
  return namedFormat(extension, mediaType) ?? detectJson(text);
}

function namedFormat(extension: string, mediaType: string): TextFormat | undefined {
  if (JSON_LINES.has(extension) || /ndjson|jsonl/i.test(mediaType)) return "json-lines";
  if (extension === ".json" || /^application\/(?:\w+\+)?json\b/i.test(mediaType)) return "json";
  if (TABLES.has(extension) || /^text\/(?:csv|tab-separated-values)/i.test(mediaType)) return "csv";
  if (CODE.has(extension)) return "code";
  return PROSE.has(extension) ? "text" : undefined;
}

/** Whether the text begins as an HTML page. */
export function isHtmlText(text: string): boolean {
  return HTML_START.test(text.slice(0, START_LENGTH));
}

function isMessage(start: string, extension: string, mediaType: string): boolean {
  const head = FIELD_LINES.exec(start)?.[0] ?? "";
  const fields = head.match(FIELD)?.length ?? 0;
  const isSaid = extension === ".eml" || /^message\/rfc822/i.test(mediaType);
  return fields >= 1 && (isSaid || (fields >= 2 && MESSAGE_FIELD.test(head)));
}

/** Detects JSON without a declared type. */
function detectJson(text: string): TextFormat {
  if (!/^\s*[{[]/.test(text.slice(0, 1_000)) || !/[}\]]\s*$/.test(text.slice(-1_000)))
    return "text";
  const end = text.indexOf("\n");
  if (end > 0 && isJson(text.slice(0, end)) && !isJson(text)) return "json-lines";
  return isJson(text) ? "json" : "text";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Language after the fence of source code: `ts` for `a.ts`. */
export function codeLanguage(fileName = ""): string {
  return extname(fileName).slice(1).toLowerCase();
}
