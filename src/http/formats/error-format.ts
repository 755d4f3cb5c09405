import type { ErrorReport } from "../../chat/types.ts";
import type { FieldProblem } from "../../errors.ts";

/** The error body of every route, in OpenAI's form. */
export function toErrorBody(
  error: ErrorReport & { details?: readonly FieldProblem[] },
  requestId: string,
) {
  const { message, type, code, details = [] } = error;
  const param = details[0]?.param ?? "";
  return {
    error: {
      message,
      type,
      code,
      param: param === "" ? null : param,
      request_id: requestId,
      ...(details.length > 0 && { details }),
    },
  };
}
