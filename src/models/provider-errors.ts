import { RepriseError, type ErrorCode } from "../errors.ts";
import { LateError } from "../operations/with-deadline.ts";
import {
  REDIRECTED,
  UpstreamError,
  isOutOfQuota,
  isTooLong,
  readUpstream,
  refusesLimit,
  type UpstreamProblem,
} from "./upstream-error.ts";

/** Settings that name a server, for the advice in error messages. */
export interface ServerSettings {
  /** `CHAT_MODEL` or another variable. */
  readonly model: string;
  readonly key: string;
  readonly address: string;
}

const CHAT_SERVER: ServerSettings = {
  model: "CHAT_MODEL",
  key: "OPENAI_API_KEY",
  address: "OPENAI_BASE_URL",
};

/** Default retry delay for a busy server, in seconds. */
const BUSY_SECONDS = 5;

/**
 * Converts a provider's error to a RepriseError with advice. The provider's message is kept as the cause for
 * the log, shortened and without secrets. It is not shown to clients.
 */
export function toModelError(error: unknown, context: ErrorContext = {}): RepriseError {
  if (error instanceof RepriseError) return error;
  const cause = new UpstreamError(error);
  const problem = readUpstream(error);
  const code = isLate(error, context.signal) ? "model_timed_out" : classify(problem);
  if (context.hasBegun === true && code === "model_failed") return brokenOff(cause);
  if (isClientsFault(code, problem, context)) return refusedByModel(problem, cause);
  const retry = retryAfter(code, problem);
  const message = describe(code, problem, context.settings ?? CHAT_SERVER);
  return new RepriseError(code, message, { cause, ...retry });
}

function retryAfter(code: ModelCode, { retryAfterSeconds = BUSY_SECONDS }: UpstreamProblem) {
  const isBusy = code === "model_rate_limited" || code === "model_unavailable";
  return isBusy ? { retryAfterSeconds } : {};
}

/** Error for an answer that broke off. */
export function brokenOff(error: unknown): RepriseError {
  const message = "The model server broke off in the middle of its answer; try again.";
  const cause = error instanceof UpstreamError ? error : new UpstreamError(error);
  return new RepriseError("model_failed", message, { cause });
}

/** Context of a failed call. */
export interface ErrorContext {
  /** Signal of the call; distinguishes timeouts. */
  readonly signal?: AbortSignal | undefined;
  readonly settings?: ServerSettings | undefined;
  /** Whether the call contained fields or messages of a client. */
  readonly handsOn?: boolean | undefined;
  /** Whether the client limited the answer's length. */
  readonly givesLimit?: boolean | undefined;
  /** Whether a part of the answer had arrived. */
  readonly hasBegun?: boolean | undefined;
}

type ModelCode = Exclude<
  Extract<ErrorCode, `model_${string}` | "context_too_long">,
  "model_not_found"
>;

const BY_STATUS: Readonly<Record<number, ModelCode>> = {
  401: "model_unauthorized",
  403: "model_unauthorized",
  408: "model_timed_out",
  429: "model_rate_limited",
  503: "model_unavailable",
  504: "model_timed_out",
  524: "model_timed_out",
  529: "model_unavailable",
};

function classify(problem: UpstreamProblem): ModelCode {
  const { status } = problem;
  if (isTooLong(problem)) return "context_too_long";
  if (isOutOfQuota(problem)) return "model_quota";
  const known = status === undefined ? undefined : BY_STATUS[status];
  if (known !== undefined) return known;
  const isRefused = status !== undefined && status >= 300 && status < 500;
  return isRefused ? "model_refused_request" : "model_failed";
}

/** Statuses for an invalid request. */
const WRONG_REQUEST = new Set([400, 415, 422]);

function isClientsFault(
  code: ModelCode,
  problem: UpstreamProblem,
  { handsOn = false, givesLimit = false }: ErrorContext,
): boolean {
  if (givesLimit && refusesLimit(problem)) return true;
  return handsOn && code === "model_refused_request" && WRONG_REQUEST.has(problem.status ?? 0);
}

/**
 * Returns the server's message to the client whose fields it refused. The messages of the prompt are not those of
 * the client, so their positions are left out.
 */
function refusedByModel({ fields }: UpstreamProblem, cause: UpstreamError): RepriseError {
  const message = `The model server refuses the request: ${cause.message}`;
  const details = fields.map((field) =>
    field.param.startsWith("messages") ? { ...field, param: "messages" } : field,
  );
  return new RepriseError("invalid_request", message, { cause, details });
}

function describe(
  code: ModelCode,
  problem: UpstreamProblem,
  { model, key, address }: ServerSettings,
): string {
  const { status } = problem;
  const said = status === undefined ? "could not be reached" : `answered with status ${status}`;
  switch (code) {
    case "context_too_long":
      return "The question and what it needs are longer than the model's context; ask a shorter question, or in a new conversation.";
    case "model_quota":
      return `The account behind ${key} has no quota left; nothing was stored. Add credit, or set another key.`;
    case "model_unauthorized":
      return `The model server refused the key with status ${status}; check ${key} and what it may use.`;
    case "model_rate_limited":
      return "The model server takes no more requests now; try again later.";
    case "model_unavailable":
      return "The model server is overloaded or restarts; try again later.";
    case "model_timed_out":
      return "The model did not answer in time; try again.";
    case "model_refused_request":
      return describeRefusal(problem, { model, key, address });
    case "model_failed":
      return `The model ${said}; nothing was stored, try again.`;
  }
}

function describeRefusal(
  { status, code }: UpstreamProblem,
  { model, address }: ServerSettings,
): string {
  return code.includes(REDIRECTED)
    ? `The model server redirects to another address with status ${status}. Reprise does not follow it: set ${address} to the final address, which is in the log.`
    : `The model server refused the request with status ${status}; check ${model} and ${address}. Its reason is in the log.`;
}

function isLate(error: unknown, signal: AbortSignal | undefined): boolean {
  return isTimeout(error) || isTimeout(signal?.reason);
}

function isTimeout(error: unknown): boolean {
  if (error instanceof LateError) return true;
  return (
    error instanceof Error && (error.name === "TimeoutError" || /timed? ?out/i.test(error.message))
  );
}
