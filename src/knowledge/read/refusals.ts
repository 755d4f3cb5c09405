import { RepriseError } from "../../errors.ts";

/** Supported formats of `POST /v1/documents`, for error messages. */
const SEND_ANOTHER =
  "send PDF, DOCX, PPTX, XLSX, CSV, TSV, JSON, JSON Lines, HTML, EPUB, e-mail, source code, Markdown, plain text, or a ZIP archive of them";

/**
 * An unsupported type.
 *
 * @param what such as `an image (PNG)`
 * @param hint what to do; default: send another type
 */
export function unsupported(what: string, hint = SEND_ANOTHER): RepriseError {
  return refuse("unsupported_media_type", `is ${what}, which is not supported; ${hint}`);
}

/** A file of a supported type that cannot be read. @param message `is encrypted; …` */
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
  return refuse("invalid_request", "must have text");
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
