/** A failure with a message for the reader. */
export class ServerError extends Error {
  /** Of the reply; 0 when none came. */
  readonly status: number;
  /** The service's stable word for it, such as `not_found`; `unreachable` when no reply came. */
  readonly code: string;

  constructor(message: string, { status, code }: { status: number; code: string }) {
    super(message);
    this.name = "ServerError";
    this.status = status;
    this.code = code;
  }
}

/** Anything thrown as an error with a message for the reader. */
export function toServerError(thrown: unknown): ServerError {
  if (thrown instanceof ServerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ServerError(message, { status: 0, code: "unexpected" });
}
