import type { z } from "zod";
import { explainIssue, issuesOfKind } from "./explain-issue.ts";
import { RepriseError, type FieldProblem } from "../errors.ts";

/** Problems that an error tells of, the first ones. */
export const MAX_PROBLEMS = 20;
/** Characters of a field's path: a client may choose them. */
const MAX_PATH = 200;

/**
 * Checks what a client sent.
 *
 * @throws RepriseError `invalid_request` with the paths of the offending fields, 20 at most
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

/** The offending fields by their paths, one more than an error tells of at most. */
export function problemsOf(error: z.ZodError): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const issue of error.issues) {
    problems.push(...toProblems(issue));
    if (problems.length > MAX_PROBLEMS) break;
  }
  return problems.slice(0, MAX_PROBLEMS + 1);
}

/** The error for fields that are wrong in a way that no schema can tell. */
export function invalidRequest(problems: readonly FieldProblem[]): RepriseError {
  const details = problems.slice(0, MAX_PROBLEMS);
  const text = details.map(({ param, message }) =>
    param === "" ? `the body ${message}` : `${param} ${message}`,
  );
  const more = problems.length > MAX_PROBLEMS ? ["and more"] : [];
  return new RepriseError("invalid_request", `${[...text, ...more].join("; ")}.`, { details });
}

/** The same error with other names for its fields; any other error as it is. */
export function renameFields(error: unknown, rename: (param: string) => string): unknown {
  if (!(error instanceof RepriseError) || error.code !== "invalid_request") return error;
  if (error.details.length === 0) return error;
  return invalidRequest(
    error.details.map(({ param, message }) => ({ param: rename(param), message })),
  );
}

function toProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MAX_PROBLEMS + 1).map((key) => ({
      param: toPath([...issue.path, key]),
      message: "is not a known field",
    }));
  }
  const inside = issue.code === "invalid_union" ? issuesOfKind(issue) : undefined;
  if (inside === undefined) return [{ param: toPath(issue.path), message: explainIssue(issue) }];
  return inside.flatMap((each) => toProblems({ ...each, path: [...issue.path, ...each.path] }));
}

/** `messages[0].content`, as the client wrote it. */
function toPath(path: readonly PropertyKey[]): string {
  const written = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
  return written.length <= MAX_PATH ? written : `${written.slice(0, MAX_PATH)}…`;
}
