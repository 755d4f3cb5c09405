import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import express, { type Request, type RequestHandler, type Response } from "express";
import { RepriseError, type FieldProblem } from "../errors.ts";
import { requireUtf8 } from "./middleware/read-json.ts";
import { givenAnswerSchema, type GivenAnswerBody } from "./schemas/entry-schemas.ts";
import { invalidRequest, MAX_PROBLEMS, problemsOf } from "./validate.ts";

const TYPES = ["application/x-ndjson", "application/ndjson", "application/jsonl"];
const MAX_LINES = 10_000;
/** Longest line, in characters: as long as the body of one answer may be. */
const MAX_LINE = 1024 * 1024;
/** Time that reading takes before other requests get their turn, in milliseconds. */
const BUDGET_MS = 10;
/** Blank lines between two looks at the clock. */
const LINES_PER_LOOK = 1_000;

/** True for a request whose body is JSON on each line. */
export function isLines(request: Request): boolean {
  return Boolean(request.is(TYPES));
}

/** Reads such a body of at most `limit` bytes as text; requests of other types pass. */
export function readLines(limit: number): RequestHandler {
  return express.text({ limit, type: TYPES, defaultCharset: "utf-8", verify: requireUtf8 });
}

/** A line with its number in the file, from 1. */
export interface GivenLine {
  readonly line: number;
  readonly body: GivenAnswerBody;
}

/**
 * Reads answers that stand one on each line as JSON; blank lines are skipped.
 *
 * @throws RepriseError `invalid_request` that names the wrong lines and fields, 20 at most, `too_large`
 *   past 10,000 lines or 1,048,576 characters in one
 */
export async function readAnswerLines(text: string): Promise<GivenLine[]> {
  const problems: FieldProblem[] = [];
  const given: GivenLine[] = [];
  for await (const { content, line } of readFullLines(text)) {
    const read = readLine(content);
    if ("body" in read) given.push({ line, body: read.body });
    else problems.push(...read.problems.map((problem) => onLine(line, problem)));
    if (problems.length > MAX_PROBLEMS) break;
  }
  if (problems.length > 0) throw invalidRequest(problems);
  if (given.length === 0) throw invalidRequest([{ param: "", message: "must have a line" }]);
  return given;
}

interface Line {
  readonly content: string;
  readonly line: number;
}

/** Line by line, however many there are, and giving way to other work. */
async function* readFullLines(text: string): AsyncGenerator<Line> {
  let lines = 0;
  let full = 0;
  let begun = performance.now();
  for (let start = 0; start < text.length;) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    lines += 1;
    const content = end > start ? checkLine(text.slice(start, end), lines).trim() : "";
    start = end + 1;
    if (content !== "") {
      full += 1;
      if (full > MAX_LINES) throw tooLarge(`There may be ${MAX_LINES} lines at most`);
      yield { content, line: lines };
    }
    const isLook = content !== "" || lines % LINES_PER_LOOK === 0;
    if (isLook && performance.now() - begun > BUDGET_MS) {
      await nextTurn();
      begun = performance.now();
    }
  }
}

function checkLine(content: string, line: number): string {
  if (content.length <= MAX_LINE) return content;
  throw tooLarge(`Line ${line} is longer than ${MAX_LINE} characters`);
}

function tooLarge(message: string): RepriseError {
  return new RepriseError("too_large", `${message}; split the file.`);
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

/**
 * Sends values as lines of JSON while they are read, no faster than the client takes them. The headers
 * wait for the first value: what fails before it is a plain HTTP error.
 */
export async function sendNdjson<Value>(
  response: Response,
  values: AsyncIterable<Value>,
  toBody: (value: Value) => object,
  gone: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const begin = () => response.headersSent || response.type("application/x-ndjson").set(headers);
  for await (const value of values) {
    if (gone.aborted) return;
    begin();
    if (response.write(`${JSON.stringify(toBody(value))}\n`)) continue;
    await once(response, "drain", { signal: gone }).catch(() => undefined);
  }
  begin();
  response.end();
}
