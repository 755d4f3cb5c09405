import type { ServerError } from "../api/server-error.ts";

interface Props {
  readonly error: Pick<ServerError, "message">;
  readonly onRetry?: (() => void) | undefined;
  /** The label of the button. */
  readonly retry?: string;
}

/** An error message of the server, with a retry button. */
export function Problem({ error, onRetry, retry = "Try again" }: Props) {
  return (
    <div class="problem" role="alert">
      <p>{error.message}</p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {retry}
        </button>
      )}
    </div>
  );
}
