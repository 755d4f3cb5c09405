import { toRepriseError } from "../errors.ts";
import type { ErrorReport } from "./types.ts";

/** An error as the event that tells of it; what is unknown keeps its text to itself. */
export function toErrorReport(error: unknown): ErrorReport {
  const { message, type, code, status, retryable, retryAfterSeconds } = toRepriseError(error);
  return {
    message,
    type,
    code,
    status,
    retryable,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}
