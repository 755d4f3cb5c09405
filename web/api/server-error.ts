/** A failure with a message for the reader. */
export class ServerError extends Error {
  /** Status of the reply; 0 without a reply. */
  readonly status: number;
  /** The service's error code, such as `not_found`; `unreachable` without a reply. */
  readonly code: string;

  constructor(message: string, { status, code }: { status: number; code: string }) {
    super(message);
    this.name = "ServerError";
    this.status = status;
    this.code = code;
  }
}

/** Converts anything thrown to an error with a message for the reader. */
export function toServerError(thrown: unknown): ServerError {
  if (thrown instanceof ServerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ServerError(message, { status: 0, code: "unexpected" });
}
