import type { z } from "zod";
import { explainIssue, issuesOfKind } from "./explain-issue.ts";
import { RepriseError, type FieldProblem } from "../errors.ts";
import { isUtf8 } from "node:buffer";
import express, { type Request, type RequestHandler } from "express";
import { jsonShape } from "../operations/json-shape.ts";
import { createTurnstile } from "../operations/concurrency.ts";

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

/** Maximum JSON values in a body: more than any valid request has, few enough to parse at once. */
const MAX_VALUES = 250_000;
/** Bodies up to this size are parsed immediately: at most 5 ms. */
const SMALL_BYTES = 32 * 1024;

/**
 * Reads a JSON body of at most `limit` bytes and rejects other types. A large body must be UTF-8. Several large
 * bodies are parsed in separate turns of the event loop. Without a body, `request.body` is undefined.
 *
 * @param parse parser of large bodies
 */
export function readJson(
  limit: number,
  parse: (bytes: Buffer) => Promise<unknown> = parseInTurns(),
): RequestHandler[] {
  const small = express.json({ limit, strict: false, type: () => true, verify });
  const bytes = express.raw({ limit, type: () => true });
  return [
    function requireJson(request, _response, next) {
      if (request.is("json") === false && request.get("content-type") !== undefined) {
        throw new RepriseError("unsupported_media_type", "The body must be application/json.");
      }
      next();
    },
    function readBody(request, response, next) {
      return (isSmall(request) ? small : bytes)(request, response, next);
    },
    async function parseLarge(request, _response, next) {
      const body: unknown = request.body;
      if (!isSmall(request) && Buffer.isBuffer(body)) {
        requireUtf8Body(request, body);
        request.body = body.length === 0 ? undefined : await parse(body);
      }
      next();
    },
    dropEmptyBody,
  ];
}

const EMPTY = new WeakSet();

/** Records a request with an empty body; for the parser's `verify`. */
function noteEmptyBody(request: object, body: Buffer): void {
  if (body.length === 0) EMPTY.add(request);
}

/** The parser turns an empty body into `{}`, which would clear a profile. */
const dropEmptyBody: RequestHandler = function dropEmpty(request, _response, next) {
  if (EMPTY.has(request)) request.body = undefined;
  next();
};

/** Handlers that skip some requests, such as those with another body type. */
export function unless(
  skips: (request: Request) => boolean,
  handlers: readonly RequestHandler[],
): RequestHandler[] {
  return handlers.map(
    (handler): RequestHandler =>
      function runUnless(request, response, next) {
        return skips(request) ? next() : handler(request, response, next);
      },
  );
}

function verify(request: object, response: unknown, body: Buffer, encoding: string): void {
  noteEmptyBody(request, body);
  requireUtf8(request, response, body, encoding);
}

/** Invalid bytes would silently become replacement characters. */
export function requireUtf8(
  _request: unknown,
  _response: unknown,
  body: Buffer,
  encoding: string,
): void {
  if (/^utf-?8$/i.test(encoding) && !isUtf8(body)) throw new Error("the body is not UTF-8");
}

/** A compressed body, or one of unknown length, may be large. */
function isSmall(request: Request): boolean {
  if (request.get("transfer-encoding") !== undefined) return false;
  if ((request.get("content-encoding") ?? "identity") !== "identity") return false;
  return Number(request.get("content-length") ?? 0) <= SMALL_BYTES;
}

function requireUtf8Body(request: Request, body: Buffer): void {
  const charset = /charset="?([\w-]+)/i.exec(request.get("content-type") ?? "")?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(charset)) {
    throw new RepriseError("unsupported_media_type", "A body of this size must be in UTF-8.");
  }
  if (!isUtf8(body)) throw new RepriseError("invalid_json", "The body is not UTF-8.");
}

function parseInTurns(): (bytes: Buffer) => Promise<unknown> {
  const turnstile = createTurnstile();
  return async (bytes) => {
    const turn = turnstile.enter();
    if (turn !== undefined) await turn;
    const shape = jsonShape(bytes, MAX_VALUES);
    if (shape !== "fine") throw new RepriseError("too_large", REFUSALS[shape]);
    try {
      return JSON.parse(bytes.toString("utf8"));
    } catch (cause) {
      throw new RepriseError("invalid_json", "The body is not valid JSON.", { cause });
    }
  };
}

const REFUSALS = {
  "too-deep": "The body is nested too deeply.",
  "too-many": "The body holds too many JSON values.",
};
