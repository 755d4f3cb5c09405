import type { z } from "zod";
import { explainIssue } from "./explain-issue.ts";
import { RepriseError, type FieldProblem } from "../errors.ts";

/**
 * Checks what a client sent.
 *
 * @throws RepriseError `invalid_request` with the path of every offending field
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  // Without it a field of another type cannot be told from one that is missing.
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidRequest(problemsOf(parsed.error));
}

/** Every offending field by its path. */
export function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap(toProblems);
}

/** The error for fields that are wrong in a way that no schema can tell. */
export function invalidRequest(details: readonly FieldProblem[]): RepriseError {
  const text = details.map(({ param, message }) =>
    param === "" ? `the body ${message}` : `${param} ${message}`,
  );
  return new RepriseError("invalid_request", `${text.join("; ")}.`, { details });
}

function toProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      param: toPath([...issue.path, key]),
      message: "is not a known field",
    }));
  }
  return [{ param: toPath(issue.path), message: explainIssue(issue) }];
}

/** `messages[0].content`, as the client wrote it. */
function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
