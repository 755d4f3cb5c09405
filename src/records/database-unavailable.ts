import { RepriseError } from "../errors.ts";

/**
 * Why a database call failed: the database is unreachable (`unreachable`), rejects writes
 * (`read-only`), or one statement waited too long for a lock (`busy`).
 */
export type DatabaseFailure = "unreachable" | "read-only" | "busy";

/** The database cannot serve a call at the moment. Clients get `not_ready` (503). */
export class DatabaseUnavailable extends RepriseError {
  readonly failure: DatabaseFailure;

  constructor(reason: string, cause: unknown, failure: DatabaseFailure = "unreachable") {
    const message = `The database is unavailable (${reason}). Try again in a moment.`;
    super("not_ready", message, { cause, retryAfterSeconds: 1 });
    this.failure = failure;
  }
}

type Kind = readonly [pattern: RegExp, reason: string, failure: DatabaseFailure];

/**
 * Error codes of the system, PostgreSQL and SQLite, with a reason that is safe to show to clients:
 * it contains no addresses.
 */
const CODES: readonly Kind[] = [
  [
    /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/,
    "it is unreachable",
    "unreachable",
  ],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|08\w{3})$/, "the connection was lost", "unreachable"],
  [/^ETIMEDOUT$/, "it does not answer", "unreachable"],
  [/^57P0\w$/, "it is starting or stopping", "unreachable"],
  [/^53300$/, "it has too many connections", "unreachable"],
  [/^(?:53100|58030|ENOSPC|EDQUOT|SQLITE_FULL)$/, "its disk is full", "read-only"],
  [/^(?:53\w{3})$/, "it is out of memory or disk space", "read-only"],
  [/^(?:25006|EROFS|SQLITE_READONLY.*)$/, "it is read-only", "read-only"],
  [/^(?:57014|25P0[34])$/, "the statement timed out", "busy"],
  [/^(?:55P03|40001|40P01)$/, "another transaction holds a lock", "busy"],
  [/^SQLITE_(?:BUSY|LOCKED)/, "it is busy", "busy"],
  [/^(?:SQLITE_(?:IOERR|CANTOPEN).*|EIO)$/, "its file cannot be read or written", "unreachable"],
];
/** The driver's own errors have no code, only a message. */
const MESSAGES: readonly Kind[] = [
  [
    /^timeout expired|^timeout exceeded when trying|connection timeout/,
    "it does not answer",
    "unreachable",
  ],
  [/^Connection terminated|^Client .* is not queryable/, "the connection was lost", "unreachable"],
];

/**
 * Classifies an error. Returns undefined if it concerns the statement itself, such as a constraint
 * violation.
 */
export function databaseUnavailable(error: unknown): DatabaseUnavailable | undefined {
  if (error instanceof DatabaseUnavailable) return error;
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const kind =
    CODES.find(([pattern]) => pattern.test(code)) ??
    MESSAGES.find(([pattern]) => pattern.test(error.message));
  return kind === undefined ? undefined : new DatabaseUnavailable(kind[1], error, kind[2]);
}
