import { RepriseError } from "../errors.ts";

/**
 * What an error says of the database: it cannot be reached (`away`), it takes no writes (`read-only`), or
 * one statement waited too long for others (`busy`).
 */
export type DatabaseTrouble = "away" | "read-only" | "busy";

/** The database cannot do now what was asked: what needs it is `not_ready` (503). */
export class DatabaseUnavailable extends RepriseError {
  readonly trouble: DatabaseTrouble;

  constructor(reason: string, cause: unknown, trouble: DatabaseTrouble = "away") {
    const message = `The database cannot be used now (${reason}); try again in a moment.`;
    super("not_ready", message, { cause, retryAfterSeconds: 1 });
    this.trouble = trouble;
  }
}

type Kind = readonly [pattern: RegExp, reason: string, trouble: DatabaseTrouble];

/** Codes of the system, PostgreSQL and SQLite, and what clients are told, who need no addresses. */
const CODES: readonly Kind[] = [
  [
    /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/,
    "it cannot be reached",
    "away",
  ],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|08\w{3})$/, "the connection broke", "away"],
  [/^ETIMEDOUT$/, "it does not answer", "away"],
  [/^57P0\w$/, "it is starting or stopping", "away"],
  [/^53300$/, "it has too many connections", "away"],
  [/^(?:53100|58030|ENOSPC|EDQUOT|SQLITE_FULL)$/, "its disk is full", "read-only"],
  [/^(?:53\w{3})$/, "it lacks memory or disk", "read-only"],
  [/^(?:25006|EROFS|SQLITE_READONLY.*)$/, "it takes no writes", "read-only"],
  [/^(?:57014|25P0[34])$/, "it took too long", "busy"],
  [/^(?:55P03|40001|40P01)$/, "another transaction holds what is needed", "busy"],
  [/^SQLITE_(?:BUSY|LOCKED)/, "it is busy", "busy"],
  [/^(?:SQLITE_(?:IOERR|CANTOPEN).*|EIO)$/, "its file cannot be read or written", "away"],
];
/** The driver's own errors have no code. */
const MESSAGES: readonly Kind[] = [
  [
    /^timeout expired|^timeout exceeded when trying|connection timeout/,
    "it does not answer",
    "away",
  ],
  [/^Connection terminated|^Client .* is not queryable/, "the connection broke", "away"],
];

/** The error as `DatabaseUnavailable`; undefined for one that is about the statement itself. */
export function databaseUnavailable(error: unknown): DatabaseUnavailable | undefined {
  if (error instanceof DatabaseUnavailable) return error;
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const kind =
    CODES.find(([pattern]) => pattern.test(code)) ??
    MESSAGES.find(([pattern]) => pattern.test(error.message));
  return kind === undefined ? undefined : new DatabaseUnavailable(kind[1], error, kind[2]);
}
