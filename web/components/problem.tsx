import type { ServerError } from "../api/server-error.ts";

interface Props {
  readonly error: Pick<ServerError, "message">;
  readonly onRetry?: (() => void) | undefined;
  /** On the button. */
  readonly retry?: string;
}

/** What went wrong, in the server's words, and the way on. */
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
