import { useCallback, useEffect, useState } from "preact/hooks";
import { fetchJson } from "./client.ts";
import { toServerError, type ServerError } from "./server-error.ts";

export interface Resource<Reply> {
  /** The last reply; stays during a reload. */
  readonly data: Reply | undefined;
  readonly error: ServerError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<Reply> {
  readonly path: string | undefined;
  readonly data?: Reply;
  readonly error?: ServerError;
  readonly isLoading: boolean;
}

/**
 * Loads a path when it changes and on `reload`; undefined loads nothing. A reply that arrives after the
 * path has changed is ignored.
 *
 * @param method `DELETE` for a dry run only
 */
export function useResource<Reply>(
  path: string | undefined,
  method: "GET" | "DELETE" = "GET",
): Resource<Reply> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<State<Reply>>({ path, isLoading: path !== undefined });

  useEffect(() => {
    if (path === undefined) return;
    const left = new AbortController();
    setState((last) => ({ ...(last.path === path && last), path, isLoading: true }));
    fetchJson<Reply>(path, { method, signal: left.signal }).then(
      (data) => {
        if (!left.signal.aborted) setState({ path, data, isLoading: false });
      },
      (thrown: unknown) => {
        const error = toServerError(thrown);
        if (!left.signal.aborted) setState({ path, error, isLoading: false });
      },
    );
    return () => left.abort();
  }, [path, method, round]);

  const reload = useCallback(() => setRound((last) => last + 1), []);
  const isCurrent = state.path === path;
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: path !== undefined && (state.isLoading || !isCurrent),
    reload,
  };
}
