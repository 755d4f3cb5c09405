/** An invalid field: its path as the client wrote it, and the expected value. */
export interface FieldProblem {
  /** `cache.threshold`, `messages[0].content`. */
  readonly param: string;
  readonly message: string;
}

/** The OpenAI-compatible error types. */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "rate_limit_error"
  | "server_error";

interface ErrorKind {
  readonly status: number;
  readonly type: ErrorType;
  readonly retryable: boolean;
}

const kinds = {
  invalid_json: { status: 400, type: "invalid_request_error", retryable: false },
  invalid_request: { status: 400, type: "invalid_request_error", retryable: false },
  unauthorized: { status: 401, type: "authentication_error", retryable: false },
  forbidden: { status: 403, type: "permission_error", retryable: false },
  not_found: { status: 404, type: "invalid_request_error", retryable: false },
  previous_response_not_found: { status: 404, type: "invalid_request_error", retryable: false },
  not_cached: { status: 404, type: "invalid_request_error", retryable: false },
  model_not_found: { status: 404, type: "invalid_request_error", retryable: false },
  method_not_allowed: { status: 405, type: "invalid_request_error", retryable: false },
  stopped: { status: 409, type: "invalid_request_error", retryable: true },
  conflict: { status: 409, type: "invalid_request_error", retryable: true },
  precondition_failed: { status: 412, type: "invalid_request_error", retryable: false },
  context_too_long: { status: 413, type: "invalid_request_error", retryable: false },
  too_large: { status: 413, type: "invalid_request_error", retryable: false },
  unsupported_media_type: { status: 415, type: "invalid_request_error", retryable: false },
  rate_limited: { status: 429, type: "rate_limit_error", retryable: true },
  model_rate_limited: { status: 429, type: "rate_limit_error", retryable: true },
  budget_exceeded: { status: 429, type: "rate_limit_error", retryable: true },
  internal_error: { status: 500, type: "server_error", retryable: true },
  model_unauthorized: { status: 502, type: "server_error", retryable: false },
  model_quota: { status: 502, type: "server_error", retryable: false },
  model_refused_request: { status: 502, type: "server_error", retryable: false },
  model_failed: { status: 502, type: "server_error", retryable: true },
  overloaded: { status: 503, type: "server_error", retryable: true },
  not_ready: { status: 503, type: "server_error", retryable: true },
  model_unavailable: { status: 503, type: "server_error", retryable: true },
  model_timed_out: { status: 504, type: "server_error", retryable: true },
} as const satisfies Record<string, ErrorKind>;

/** Stable error codes of the API. */
export type ErrorCode = keyof typeof kinds;

/** An error that is sent to the client. The message says what to do next and is safe to show. */
export class RepriseError extends Error {
  override readonly name = "RepriseError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: ErrorType;
  /** True if the same request may succeed later. */
  readonly retryable: boolean;
  /** All invalid fields; the first is the `param` of the error body. */
  readonly details: readonly FieldProblem[];
  /** Seconds to wait before a retry. Undefined if unknown. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      details?: readonly FieldProblem[];
      retryAfterSeconds?: number | undefined;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = kinds[code].status;
    this.type = kinds[code].type;
    this.retryable = kinds[code].retryable;
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** True for a Reprise error code. Events from another replica carry any string. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(kinds, code);
}

/** Converts anything thrown; an unknown error becomes `internal_error` without its message. */
export function toRepriseError(error: unknown): RepriseError {
  if (error instanceof RepriseError) return error;
  return new RepriseError(
    "internal_error",
    "The request could not be completed; its id is in the log.",
    {
      cause: error,
    },
  );
}

/** Invalid configuration: the service does not start. One line per problem, with the variable's name. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options: { cause?: unknown } = {}) {
    super(`Reprise cannot start, its settings have problems:\n  ${problems.join("\n  ")}`, options);
    this.problems = problems;
  }
}

/**
 * The error for a setting whose value cannot be used.
 *
 * @param variable name of the environment variable
 * @param what the value, and what cannot be done with it
 */
export function unusableSetting(variable: string, what: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError([`${variable}: ${what}: ${reason}`], { cause });
}
