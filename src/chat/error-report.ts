import { toRepriseError } from "../errors.ts";
import type { ErrorReport } from "./types.ts";

/** Converts an error to its event. An unknown error keeps its text in the cause only. */
export function toErrorReport(error: unknown): ErrorReport {
  const known = toRepriseError(error);
  const { message, type, code, status, retryable, retryAfterSeconds, details, cause } = known;
  return {
    message,
    type,
    code,
    status,
    retryable,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(details.length > 0 && { details }),
    ...(cause !== undefined && { cause }),
  };
}
