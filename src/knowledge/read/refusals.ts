import { RepriseError } from "../../errors.ts";

/** What `POST /v1/documents` reads, in the words of an error. */
const SEND_ANOTHER =
  "send PDF, DOCX, PPTX, XLSX, CSV, TSV, JSON, JSON Lines, HTML, EPUB, e-mail, source code, Markdown, plain text, or a ZIP archive of them";

/**
 * A type that is not read.
 *
 * @param what `an image (PNG)`
 * @param hint what to do, unless any other type will do
 */
export function unsupported(what: string, hint = SEND_ANOTHER): RepriseError {
  return refuse("unsupported_media_type", `is ${what}, which is not read; ${hint}`);
}

/** A file of a known type that cannot be read as it is. @param message `is encrypted; …` */
export function unreadable(message: string, cause?: unknown): RepriseError {
  return refuse("unsupported_media_type", message, cause);
}

/** A damaged file. @param message `is not a complete PDF: …` */
export function damaged(message: string, cause?: unknown): RepriseError {
  return refuse("invalid_request", message, cause);
}

/** A file that exceeds a limit. @param message `has more than 2,000 pages` */
export function tooLarge(message: string): RepriseError {
  return refuse("too_large", `${message}; split it`);
}

/** A file without any text. */
export function emptyText(): RepriseError {
  return refuse("invalid_request", "must hold text");
}

function refuse(
  code: "unsupported_media_type" | "invalid_request" | "too_large",
  message: string,
  cause?: unknown,
): RepriseError {
  return new RepriseError(code, `The document ${message}.`, {
    cause,
    details: [{ param: "text", message }],
  });
}
