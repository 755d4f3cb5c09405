import { once } from "node:events";
import express, { type Request, type RequestHandler, type Response } from "express";
import { RepriseError, type FieldProblem } from "../errors.ts";
import { createYield } from "../operations/concurrency.ts";
import { requireUtf8, invalidRequest, MAX_PROBLEMS, problemsOf } from "./validate.ts";
import { givenAnswerSchema, type GivenAnswerBody } from "./schemas/entry-schemas.ts";

const TYPES = ["application/x-ndjson", "application/ndjson", "application/jsonl"];
const MAX_LINES = 10_000;
/** Maximum characters of a line: as for the body of one answer. */
const MAX_LINE = 1024 * 1024;
/** Blank lines between two checks of the clock. */
const LINES_PER_LOOK = 1_000;

/** True for a body with one JSON value per line. */
export function isLines(request: Request): boolean {
  return Boolean(request.is(TYPES));
}

/** Reads such a body of at most `limit` bytes as text. Requests of other types pass. */
export function readLines(limit: number): RequestHandler {
  return express.text({ limit, type: TYPES, defaultCharset: "utf-8", verify: requireUtf8 });
}

/** A line with its number in the file, from 1. */
export interface GivenLine {
  readonly line: number;
  readonly body: GivenAnswerBody;
}

/**
 * Parses answers, one JSON value per line. Skips blank lines.
 *
 * @throws RepriseError `invalid_request` with the invalid lines and fields, 20 at most; `too_large` past 10,000
 * lines or 1,048,576 characters in one
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

/** Yields non-blank lines, and regularly yields to other work. */
async function* readFullLines(text: string): AsyncGenerator<Line> {
  let lines = 0;
  let full = 0;
  const yieldTurn = createYield();
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
    if (content !== "" || lines % LINES_PER_LOOK === 0) await yieldTurn();
  }
}

function checkLine(content: string, line: number): string {
  if (content.length <= MAX_LINE) return content;
  throw tooLarge(`Line ${line} is longer than ${MAX_LINE} characters`);
}

function tooLarge(message: string): RepriseError {
  return new RepriseError("too_large", `${message}; split the file.`);
}

/** Adds the line number to a field's name in an error. */
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
 * Streams values as JSON lines, no faster than the client reads. The headers wait for the first value: an error
 * before it is a plain HTTP error.
 */
export async function sendNdjson<Value>(
  response: Response,
  values: AsyncIterable<Value>,
  toBody: (value: Value) => object,
  gone: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const yieldTurn = createYield();
  const begin = () => response.headersSent || response.type("application/x-ndjson").set(headers);
  for await (const value of values) {
    if (gone.aborted) return;
    begin();
    const isTaken = response.write(`${JSON.stringify(toBody(value))}\n`);
    await yieldTurn();
    if (isTaken || !response.writableNeedDrain) continue;
    await once(response, "drain", { signal: gone }).catch(() => undefined);
  }
  begin();
  response.end();
}
