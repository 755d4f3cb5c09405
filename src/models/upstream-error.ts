import { z } from "zod";

/** What a model server said when it failed, in one form for all servers. */
export interface UpstreamProblem {
  /** HTTP status, where there was a reply. */
  readonly status: number | undefined;
  /** The server's own code and type, lower case; empty where it gave none. */
  readonly code: string;
  /** Everything it said in words, with the fields it named. For decisions only: it may hold texts and keys. */
  readonly words: string;
  /** Of `Retry-After`, rounded up. */
  readonly retryAfterSeconds: number | undefined;
}

/** Code of a reply that is none of a model server: another page of the same proxy would not be either. */
export const NOT_JSON = "not_json";
/** Code of a reply that sends the request elsewhere. */
export const REDIRECTED = "redirected";

/** Fields of error bodies that say what is wrong; others may repeat the request. */
const TELLING = new Set(
  (
    "error errors message msg detail details reason title description error_description error_msg " +
    "loc param code type metadata raw"
  ).split(" "),
);
const MAX_DEPTH = 6;
const MAX_WORDS = 4_000;
/** Longest wait that a server may ask for, in seconds. */
const MAX_RETRY_AFTER = 3_600;

/** The words of an error body, whatever its form: OpenAI's, FastAPI's, a list, a plain text. */
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

const status = z.number().optional().catch(undefined);
const label = z.union([z.string(), z.number()]).nullish().catch(undefined);
const thrown = z.looseObject({
  status,
  statusCode: status,
  response: z.looseObject({ status }).optional().catch(undefined),
  code: label,
  type: label,
  message: z.string().catch(""),
  error: z.unknown().optional(),
  headers: z.unknown().optional(),
  cause: z.unknown().optional(),
});

const NOTHING: UpstreamProblem = {
  status: undefined,
  code: "",
  words: "",
  retryAfterSeconds: undefined,
};

/** Reads what a client library threw, with its causes. */
export function readUpstream(error: unknown, depth = 0): UpstreamProblem {
  const parsed = thrown.safeParse(error);
  if (!parsed.success || depth > MAX_DEPTH) return NOTHING;
  const { code, type, message, headers, cause, error: body } = parsed.data;
  const inner = readUpstream(cause, depth + 1);
  return {
    status: statusOf(parsed.data) ?? inner.status,
    code: joinWords(code, type, inner.code).toLowerCase(),
    words: joinWords(message, tellingWords(body), inner.words),
    retryAfterSeconds: readRetryAfter(headers) ?? inner.retryAfterSeconds,
  };
}

function statusOf({ status, statusCode, response }: z.infer<typeof thrown>): number | undefined {
  return status ?? statusCode ?? response?.status;
}

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
  /context.{0,3}(?:length|size|window)|maximum context|too many (?:input |prompt )?tokens|(?:prompt|input|request|inputs?`?) (?:is|are|was)? ?(?:too long|too large)|token count.{0,40}exceed|exceed.{0,60}(?:max\w*.{0,30}tokens|token limit|tokens allowed)|inputs?`? tokens? .{0,40}must (?:be|have)|tokens?_limit|reduce the (?:length|number)|number of tokens to keep/i;

/** Whether the server refused a prompt because it is longer than the model's context. */
export function isTooLong({ status, code, words }: UpstreamProblem): boolean {
  if (status === 413) return true;
  if (status !== undefined && [401, 402, 403, 404, 408, 429, 503].includes(status)) return false;
  return /context_length|exceed_context|string_above_max/.test(code) || TOO_LONG.test(words);
}

const LIMIT = "max_?(?:completion_?|new_?|output_?)?tokens";
/** `max_tokens is too large: 9000`; not a limit that is added to the prompt. */
const LIMIT_TOO_LARGE = new RegExp(
  `(?<!\\+ ?[\`'"]?)${LIMIT}\\b.{0,80}?(?:too (?:large|high|big)|exceed|must be|at most|less than|greater than|range|maximum|\\d > \\d)`,
  "is",
);
const IN_PARTS = /context length is (\d+).{0,80}?(\d+) in the (?:messages|prompt|input)/is;

/** Whether the server refused the longest answer that was asked for, and would take the prompt. */
export function refusesLimit({ status, words }: UpstreamProblem): boolean {
  if (status !== 400 && status !== 413 && status !== 422) return false;
  const [, context, prompt] = IN_PARTS.exec(words) ?? [];
  if (context !== undefined && prompt !== undefined) return Number(prompt) < Number(context);
  return LIMIT_TOO_LARGE.test(words);
}

const NO_QUOTA =
  /insufficient[_ -]?(?:quota|balance|credit|funds)|billing|credit balance|out of credits|credits? (?:exhausted|depleted)|payment required|exceeded your current quota/i;

/** Whether the account behind the key has nothing left to spend. */
export function isOutOfQuota({ status, code, words }: UpstreamProblem): boolean {
  return status === 402 || NO_QUOTA.test(code) || (status !== 503 && NO_QUOTA.test(words));
}

/** Longest part of a server's own words in the log. */
const MAX_LOGGED = 300;
/** What may be a key or a token: long runs with letters and digits, and what follows the words for one. */
const SECRETS = [
  /\b(?:sk|pk|rk|gsk|xai|hf|key|tok|pplx)[-_][\w*.-]{4,}/gi,
  /\bbearer\s+\S+/gi,
  /\/\/[^\s/@]+@/g,
  /(?<=[?&][\w-]*(?:key|token|secret|sig)[\w-]*=)[^\s&]+/gi,
  /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{24,}\b/gi,
] as const;

/** A server's failure as the log may have it: its own words shortened, without what looks like a secret. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly status: number | undefined;
  readonly code: string;

  constructor(error: unknown) {
    const { status, code, words } = readUpstream(error);
    super(cleanWords(words === "" ? String(error) : words));
    this.status = status;
    this.code = cleanWords(code);
  }
}

function cleanWords(words: string): string {
  let clean = words.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  for (const secret of SECRETS) clean = clean.replace(secret, "[removed]");
  return clean.length > MAX_LOGGED ? `${clean.slice(0, MAX_LOGGED)}…` : clean;
}
