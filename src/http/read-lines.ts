import { RepriseError, type FieldProblem } from "../errors.ts";
import { givenAnswerSchema, type GivenAnswerBody } from "./schemas/entry-schemas.ts";
import { invalidRequest, problemsOf } from "./validate.ts";

const MAX_LINES = 10_000;
/** Problems told at once. */
const MAX_PROBLEMS = 100;

/** A line with its number in the file, from 1. */
export interface GivenLine {
  readonly line: number;
  readonly body: GivenAnswerBody;
}

/**
 * Reads answers that stand one on each line as JSON; blank lines are skipped.
 *
 * @throws RepriseError `invalid_request` that names every wrong line and field, `too_large` past 10,000
 *   lines
 */
export function readAnswerLines(text: string): GivenLine[] {
  const lines = text
    .split("\n")
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== "");
  if (lines.length === 0) throw invalidRequest([{ param: "", message: "must have a line" }]);
  if (lines.length > MAX_LINES) {
    throw new RepriseError("too_large", `There may be ${MAX_LINES} lines at most; split the file.`);
  }
  const problems: FieldProblem[] = [];
  const given: GivenLine[] = [];
  for (const { content, line } of lines) {
    const read = readLine(content);
    if ("body" in read) given.push({ line, body: read.body });
    else problems.push(...read.problems.map((problem) => onLine(line, problem)));
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length > 0) throw invalidRequest(problems.slice(0, MAX_PROBLEMS));
  return given;
}

/** A field of a line, as errors name it. */
export function onLine(line: number, { param, message }: FieldProblem): FieldProblem {
  return { param: param === "" ? `line ${line}` : `line ${line}: ${param}`, message };
}

function readLine(content: string): { body: GivenAnswerBody } | { problems: FieldProblem[] } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { problems: [{ param: "", message: "is not JSON" }] };
  }
  const parsed = givenAnswerSchema.safeParse(value, { reportInput: true });
  return parsed.success ? { body: parsed.data } : { problems: problemsOf(parsed.error) };
}
