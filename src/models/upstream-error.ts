import { z } from "zod";
import type { FieldProblem } from "../errors.ts";

/** A model server's failure, in one form for all servers. */
export interface UpstreamProblem {
  /** HTTP status, if there was a response. */
  readonly status: number | undefined;
  /** The server's code and type, in lower case; empty if it gave none. */
  readonly code: string;
  /**
   * All messages of the server, with the fields they name. For decisions only: they may contain user text and
   * keys.
   */
  readonly words: string;
  /** The server's sentence, once, to show; empty if it gave none. */
  readonly said: string;
  /** Fields that the server names. */
  readonly fields: readonly FieldProblem[];
  /** Value of `Retry-After`, rounded up. */
  readonly retryAfterSeconds: number | undefined;
}

/** Code of a response that does not come from a model server. Such responses are not retried. */
export const NOT_JSON = "not_json";
/** Code of a redirect. */
export const REDIRECTED = "redirected";

/** Fields of error bodies that describe the error; others may repeat the request. */
const TELLING = new Set(
  (
    "error errors message msg detail details reason title description error_description error_msg " +
    "loc param code type metadata raw"
  ).split(" "),
);
const MAX_DEPTH = 6;
const MAX_WORDS = 4_000;
/** Maximum `Retry-After`, in seconds. */
const MAX_RETRY_AFTER = 3_600;

/** The text of an error body in any format: OpenAI, FastAPI, list or plain text. */
export function tellingWords(body: unknown, depth = 0): string {
  if (typeof body === "string") return body;
  if (typeof body === "number") return String(body);
  if (typeof body !== "object" || body === null || depth > MAX_DEPTH) return "";
  const inner = Array.isArray(body)
    ? body
    : Object.entries(body).flatMap(([key, value]) => (TELLING.has(key) ? [value] : []));
  const words = inner.map((value) => tellingWords(value, depth + 1)).filter((word) => word !== "");
  return words.join(" ").slice(0, MAX_WORDS);
}

/** Fields of error bodies that hold the sentence; the first one that is there counts. */
const SENTENCES =
  "said message msg detail details error errors error_description error_msg description reason title".split(
    " ",
  );

/** The sentence of an error body in any format. Of several, each once. */
export function sentenceOf(body: unknown, depth = 0): string {
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null || depth > MAX_DEPTH) return "";
  const inner = Array.isArray(body)
    ? body
    : SENTENCES.map((key): unknown => Reflect.get(body, key));
  const said = inner.map((value) => sentenceOf(value, depth + 1)).filter((text) => text !== "");
  // Routers say in `metadata.raw` what the server behind them said.
  const raw = sentenceOf(rawError.parse(body), depth + 1);
  const all = Array.isArray(body) ? said : [...said.slice(0, 1), ...(raw === "" ? [] : [raw])];
  return [...new Set(all)].join("; ").slice(0, MAX_WORDS);
}

const rawError = z
  .looseObject({ metadata: z.looseObject({ raw: z.string() }) })
  .transform(({ metadata }) => metadata.raw)
  .catch("");

const place = z.array(z.union([z.string(), z.number()])).min(1);
const refusedField = z.looseObject({ loc: place, msg: z.string() });
const validation = z.looseObject({ detail: z.array(refusedField).min(1) });
const wrapped = z.union([
  validation,
  z.looseObject({ message: validation }).transform(({ message }) => message),
  z.looseObject({ error: validation }).transform(({ error }) => error),
]);

/** The fields that an error of FastAPI names, with their paths: `tools[0].function.strict`. */
export function refusedFields(body: unknown): FieldProblem[] {
  const parsed = wrapped.safeParse(body);
  if (!parsed.success) return [];
  return parsed.data.detail.slice(0, MAX_FIELDS).map(({ loc, msg }) => {
    const parts = loc[0] === "body" ? loc.slice(1) : loc;
    const path = parts
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
      .join("");
    return {
      param: cleanWords(path.replace(/^\./, "")).slice(0, MAX_PATH),
      message: cleanWords(msg),
    };
  });
}

const MAX_FIELDS = 20;
const MAX_PATH = 200;

const fieldProblem = z.object({ param: z.string(), message: z.string() });
/** An error that `createUpstreamFetch` wrote. */
const told = z.looseObject({ fields: z.array(fieldProblem) });

const status = z.number().optional().catch(undefined);
const label = z.union([z.string(), z.number()]).nullish().catch(undefined);
const thrown = z.looseObject({
  status,
  statusCode: status,
  response: z.looseObject({ status }).optional().catch(undefined),
  code: label,
  type: label,
  param: label,
  message: z.string().catch(""),
  error: z.unknown().optional(),
  headers: z.unknown().optional(),
  cause: z.unknown().optional(),
});

const NOTHING: UpstreamProblem = {
  status: undefined,
  code: "",
  words: "",
  said: "",
  fields: [],
  retryAfterSeconds: undefined,
};

/** Reads an error of a client library and its causes. */
export function readUpstream(error: unknown, depth = 0): UpstreamProblem {
  const parsed = thrown.safeParse(error);
  if (!parsed.success || depth > MAX_DEPTH) return NOTHING;
  const { code, type, message, headers, cause, error: body } = parsed.data;
  const inner = readUpstream(cause, depth + 1);
  return {
    status: statusOf(parsed.data) ?? inner.status ?? statusWithout(code, body),
    code: joinWords(code, type, inner.code).toLowerCase(),
    words: joinWords(message, tellingWords(body), inner.words),
    said: sentenceOf(body) || inner.said || message,
    fields: fieldsOf(parsed.data, body),
    retryAfterSeconds: readRetryAfter(headers) ?? inner.retryAfterSeconds,
  };
}

/** Fields that the body lists, or the one that the error names. */
function fieldsOf({ param }: z.infer<typeof thrown>, body: unknown): readonly FieldProblem[] {
  const listed = told.safeParse(body);
  if (listed.success && listed.data.fields.length > 0) return listed.data.fields;
  if (param === undefined || param === null) return [];
  return [
    { param: cleanWords(String(param)).slice(0, MAX_PATH), message: cleanWords(sentenceOf(body)) },
  ];
}

function statusOf({ status, statusCode, response }: z.infer<typeof thrown>): number | undefined {
  return status ?? statusCode ?? response?.status;
}

/** An error in a stream has no HTTP status, but its body may name one. */
function statusWithout(code: string | number | null | undefined, body: unknown) {
  if (body !== undefined) return readErrorBody(body).status;
  return isStatus(code) ? Number(code) : undefined;
}

const isStatus = (code: unknown): boolean => /^[45]\d\d$/.test(String(code));

/** What an error body says of the error. */
export interface ErrorBody {
  /** HTTP status by its number or name: also an error in a stream has one. Undefined if it says none. */
  readonly status: number | undefined;
  readonly code: string | number | null;
  readonly type: string | number | null;
  readonly param: string | number | null;
  readonly message: string;
}

const fields = z
  .looseObject({
    code: label,
    type: label,
    error_type: label,
    param: label,
    status: label,
    status_code: label,
    error: z.unknown().optional(),
  })
  .catch({ error: undefined });

/** Reads an error body in any format: an object, one in `error`, one in a list, or a text. */
export function readErrorBody(body: unknown): ErrorBody {
  // Some servers wrap one error in a list.
  const whole: unknown = Array.isArray(body) ? body[0] : body;
  const outer = fields.parse(whole);
  const inner = fields.parse(outer.error);
  const pick = (name: "code" | "type" | "param") => inner[name] ?? outer[name] ?? null;
  const numbers = [inner, outer].flatMap((one) => [one.code, one.status, one.status_code]);
  const type = pick("type") ?? inner.error_type ?? outer.error_type ?? null;
  const message = tellingWords(whole);
  const names = [...numbers, type, typeof outer.error === "string" ? outer.error : ""].join(" ");
  const number = numbers.find(isStatus);
  const status = number === undefined ? statusByName(names) : Number(number);
  return { status, code: pick("code"), type, param: pick("param"), message };
}

/** Names of errors in codes, types and short texts, with the HTTP status of each. The first match counts. */
const NAMED_STATUSES = [
  [429, /rate.?limit|too.?many.?requests|throttl|resource.?exhausted|quota/i],
  [503, /overload|unavailable|no.?capacity/i],
  [401, /authentication|unauthor|unauthenticated|invalid.?api.?key/i],
  [403, /permission|forbidden/i],
  [404, /not.?found/i],
  [504, /time.?out|timed.?out|deadline.?exceeded/i],
  [400, /invalid.?request|bad.?request|invalid.?argument|validation|context.?length/i],
] as const;

const statusByName = (names: string): number | undefined =>
  NAMED_STATUSES.find(([, name]) => name.test(names))?.[0];

function joinWords(...words: readonly (string | number | null | undefined)[]): string {
  const said = words.filter((word) => word !== undefined && word !== null && word !== "");
  return [...new Set(said)].join(" ").slice(0, MAX_WORDS);
}

function readRetryAfter(headers: unknown): number | undefined {
  const milliseconds = readHeader(headers, "retry-after-ms");
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) {
    return clamp(Number(milliseconds) / 1_000);
  }
  const value = readHeader(headers, "retry-after");
  if (value === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return clamp(Number(value));
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : clamp((date - Date.now()) / 1_000);
}

function clamp(seconds: number): number {
  return Math.min(MAX_RETRY_AFTER, Math.max(1, Math.ceil(seconds)));
}

function readHeader(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name)?.trim() ?? undefined;
  if (typeof headers !== "object" || headers === null) return undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name && typeof value === "string") return value.trim();
  }
  return undefined;
}

const TOO_LONG =
  /context.{0,3}(?:length|size|window)|maximum context|too many (?:input |prompt )?tokens|(?:prompt|input|request|inputs?`?) (?:is|are|was)? ?(?:too long|too large)|token count.{0,40}exceed|exceed.{0,60}(?:max\w*.{0,30}tokens|token limit|tokens allowed)|inputs?`? tokens? .{0,40}must (?:be|have)|must (?:have|be) (?:less|fewer|at most|shorter).{0,30}tokens|tokens?_limit|reduce the (?:length|number)|number of tokens to keep/i;

/** Whether the server refused the prompt because it exceeds the model's context. */
export function isTooLong({ status, code, words }: UpstreamProblem): boolean {
  if (status === 413) return true;
  if (status !== undefined && [401, 402, 403, 404, 408, 429, 503].includes(status)) return false;
  return /context_length|exceed_context|string_above_max/.test(code) || TOO_LONG.test(words);
}

const LIMIT = "max_?(?:completion_?|new_?|output_?)?tokens";
/** Matches `max_tokens is too large: 9000`, but not a limit that is added to the prompt's length. */
const LIMIT_TOO_LARGE = new RegExp(
  `(?<!\\+ ?[\`'"]?)${LIMIT}\\b.{0,80}?(?:too (?:large|high|big)|exceed|must be|at most|less than|greater than|range|maximum|\\d > \\d)`,
  "is",
);
const IN_PARTS = /context length is (\d+).{0,80}?(\d+) in the (?:messages|prompt|input)/is;

/** Whether the server refused the requested answer length but would accept the prompt. */
export function refusesLimit({ status, words }: UpstreamProblem): boolean {
  if (status !== 400 && status !== 413 && status !== 422) return false;
  const [, context, prompt] = IN_PARTS.exec(words) ?? [];
  if (context !== undefined && prompt !== undefined) return Number(prompt) < Number(context);
  return LIMIT_TOO_LARGE.test(words);
}

const NO_QUOTA =
  /insufficient[_ -]?(?:quota|balance|credit|funds)|billing|credit balance|out of credits|credits? (?:exhausted|depleted)|payment required|exceeded your current quota/i;

/** Whether the account of the key is out of quota. */
export function isOutOfQuota({ status, code, words }: UpstreamProblem): boolean {
  return status === 402 || NO_QUOTA.test(code) || (status !== 503 && NO_QUOTA.test(words));
}

/** Maximum logged length of a server's message. */
const MAX_LOGGED = 300;
/** Possible keys and tokens: long runs of letters and digits, and the text after words for a key. */
const SECRETS = [
  /\b(?:sk|pk|rk|gsk|xai|hf|key|tok|pplx)[-_][\w*.-]{4,}/gi,
  /\bbearer\s+\S+/gi,
  /\/\/[^\s/@]+@/g,
  /(?<=[?&][\w-]*(?:key|token|secret|sig)[\w-]*=)[^\s&]+/gi,
  /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{24,}\b/gi,
] as const;

/** A server's failure for the log: its message, shortened and without secrets. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly status: number | undefined;
  readonly code: string;

  constructor(error: unknown) {
    const { status, code, said } = readUpstream(error);
    super(cleanWords(said || (status === undefined ? String(error) : `status ${status}`)));
    this.status = status;
    this.code = cleanWords(code);
  }
}

function cleanWords(words: string): string {
  let clean = words.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  for (const secret of SECRETS) clean = clean.replace(secret, "[removed]");
  return clean.length > MAX_LOGGED ? `${clean.slice(0, MAX_LOGGED)}…` : clean;
}
