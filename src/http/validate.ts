import type { z } from "zod";
import { explainIssue, issuesOfKind } from "./explain-issue.ts";
import { RepriseError, type FieldProblem } from "../errors.ts";

/** Maximum problems in an error; the first are kept. */
export const MAX_PROBLEMS = 20;
/** Maximum characters of a field's path, which a client may choose. */
const MAX_PATH = 200;

/**
 * Validates client input.
 *
 * @throws RepriseError `invalid_request` with the paths of the invalid fields, 20 at most
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  // Without the input, a wrong type cannot be told from a missing field.
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidRequest(problemsOf(parsed.error));
}

/** The invalid fields with their paths; at most one more than an error lists. */
export function problemsOf(error: z.ZodError): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const issue of error.issues) {
    problems.push(...toProblems(issue));
    if (problems.length > MAX_PROBLEMS) break;
  }
  return problems.slice(0, MAX_PROBLEMS + 1);
}

/** The error for invalid fields that a schema cannot detect. */
export function invalidRequest(problems: readonly FieldProblem[]): RepriseError {
  const details = problems.slice(0, MAX_PROBLEMS);
  const text = details.map(({ param, message }) =>
    param === "" ? `the body ${message}` : `${param} ${message}`,
  );
  const more = problems.length > MAX_PROBLEMS ? ["and more"] : [];
  return new RepriseError("invalid_request", `${[...text, ...more].join("; ")}.`, { details });
}

/**
 * Rejects the fields of an object that are not known: dropping one could change what is asked. Clients send null
 * for fields that they leave out.
 *
 * @throws RepriseError `invalid_request`
 */
export function checkFields(value: object, known: readonly string[], param: string): void {
  const unknown = Object.entries(value).flatMap(([name, field]) =>
    known.includes(name) || field === null || field === undefined ? [] : [`${param}.${name}`],
  );
  const message = "is not supported by Reprise";
  if (unknown.length > 0) throw invalidRequest(unknown.map((name) => ({ param: name, message })));
}

/** The same error with renamed fields. Other errors are returned unchanged. */
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

/** A path such as `messages[0].content`, as the client wrote it. */
function toPath(path: readonly PropertyKey[]): string {
  const written = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
  return written.length <= MAX_PATH ? written : `${written.slice(0, MAX_PATH)}…`;
}
