import { toRepriseError } from "../errors.ts";
import type { ErrorReport } from "./types.ts";

/** An error as the event that tells of it; what is unknown keeps its text to its cause. */
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
