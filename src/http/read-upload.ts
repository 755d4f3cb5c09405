import type { Request, RequestHandler, Response } from "express";
import multer, { MulterError } from "multer";
import { RepriseError } from "../errors.ts";
import { invalidRequest } from "./validate.ts";

/** Name of the file field. */
const FIELD = "file";
/** Maximum size of another field, in bytes. */
const MAX_FIELD_BYTES = 16 * 1024;
const MAX_FIELDS = 10;
/** Maximum form size as a multiple of the file limit: a slightly too large file gets a clear error. */
const MAX_TIMES = 2;

/** True for a request whose body is `multipart/form-data`. */
export function isUpload(request: Request): boolean {
  return /^multipart\/form-data/i.test(request.get("content-type") ?? "");
}

/**
 * Reads an upload of one file of at most `maxBytes`, in the field `file`, into `request.file`, and its other
 * fields into `request.body`. Requests of other types pass.
 */
export function readUpload(maxBytes: number): RequestHandler {
  const upload = multer({
    // A second file is accepted here, so that the error can name it.
    limits: {
      fileSize: maxBytes,
      files: 2,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      parts: MAX_FIELDS + 2,
      headerPairs: 20,
    },
    defParamCharset: "utf8",
  }).single(FIELD);
  return function readMultipart(request, response, next) {
    if (!isUpload(request)) return next();
    // The file limit does not cover parts before or after the file.
    limitBytes(request, response, MAX_TIMES * maxBytes);
    return upload(request, response, (problem: unknown) => {
      if (problem !== undefined && problem !== null) return next(toUploadError(problem, maxBytes));
      return next(request.file === undefined ? fileProblem("is required") : undefined);
    });
  };
}

/** Ends a body over the total limit: otherwise its client would continue to send. */
function limitBytes(request: Request, response: Response, maxBytes: number): void {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes && !response.headersSent) request.destroy();
  });
}

/** Any other error is an invalid form: no boundary, or a truncated body. */
function toUploadError(problem: unknown, maxBytes: number): RepriseError {
  if (!(problem instanceof MulterError)) {
    return fileProblem("must be sent as a whole and well-formed multipart/form-data body");
  }
  const { code, field = FIELD } = problem;
  if (code === "LIMIT_FILE_SIZE") {
    const message = `must have ${Math.floor(maxBytes / 1024 / 1024)} MB at most; split it`;
    return new RepriseError("too_large", `The ${FIELD} ${message}.`, {
      details: [{ param: FIELD, message }],
    });
  }
  if (code === "LIMIT_UNEXPECTED_FILE") {
    const message = field === FIELD ? "must be one file only" : "is not a known field for a file";
    return invalidRequest([{ param: field, message }]);
  }
  if (code === "LIMIT_FIELD_VALUE") {
    return invalidRequest([
      { param: field, message: `must have ${MAX_FIELD_BYTES} bytes at most` },
    ]);
  }
  return fileProblem(`could not be read: ${problem.message.toLowerCase()}`);
}

function fileProblem(message: string): RepriseError {
  return invalidRequest([{ param: FIELD, message }]);
}
