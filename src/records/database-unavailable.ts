import { RepriseError } from "../errors.ts";

/** The database is away, starting, stopping or busy: what needs it is `not_ready` (503). */
export class DatabaseUnavailable extends RepriseError {
  constructor(reason: string, cause: unknown) {
    const message = `The database cannot be used now (${reason}); try again in a moment.`;
    super("not_ready", message, { cause, retryAfterSeconds: 1 });
  }
}

/** What the system, PostgreSQL and SQLite call it, and what clients are told, who need no addresses. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/, "it cannot be reached"],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|08\w{3})$/, "the connection broke"],
  [/^ETIMEDOUT$/, "it does not answer"],
  [/^57P0\w$/, "it is starting or stopping"],
  [/^53300$/, "it has too many connections"],
  [/^57014$/, "it took too long"],
  [/^SQLITE_(?:BUSY|LOCKED)/, "it is busy"],
  [/^SQLITE_(?:IOERR|CANTOPEN)/, "its file cannot be read or written"],
];
/** The driver's own errors have no code. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^timeout expired|^timeout exceeded when trying|connection timeout/, "it does not answer"],
  [/^Connection terminated|^Client .* is not queryable/, "the connection broke"],
];

/** The error as `DatabaseUnavailable`; undefined for one that is about the statement itself. */
export function databaseUnavailable(error: unknown): DatabaseUnavailable | undefined {
  if (error instanceof DatabaseUnavailable) return error;
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const reason =
    CODES.find(([pattern]) => pattern.test(code))?.[1] ??
    MESSAGES.find(([pattern]) => pattern.test(error.message))?.[1];
  return reason === undefined ? undefined : new DatabaseUnavailable(reason, error);
}
