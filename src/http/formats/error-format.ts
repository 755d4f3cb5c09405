import type { ErrorReport } from "../../chat/types.ts";
import { isErrorCode, RepriseError } from "../../errors.ts";

/** The error body of every route, in OpenAI's form. */
export function toErrorBody(error: ErrorReport, requestId: string) {
  const { message, type, code, retryAfterSeconds, details = [] } = error;
  const param = details[0]?.param ?? "";
  return {
    error: {
      message,
      type,
      code,
      param: param === "" ? null : param,
      request_id: requestId,
      ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
      ...(details.length > 0 && { details }),
    },
  };
}

/** An error that was an event is an error again. */
export function fromReport(report: ErrorReport): RepriseError {
  const { code, message, retryAfterSeconds, details = [] } = report;
  return new RepriseError(isErrorCode(code) ? code : "internal_error", message, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    details,
  });
}
