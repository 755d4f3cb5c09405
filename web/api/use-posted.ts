import { useCallback, useEffect, useState } from "preact/hooks";
import { fetchJson } from "./client.ts";
import { toServerError } from "./server-error.ts";
import type { Resource } from "./use-resource.ts";

type State<Reply> = Omit<Resource<Reply>, "reload">;

/**
 * Posts a body that only asks (a search, an explanation) and returns the reply. Posts again when path
 * or body change; undefined posts nothing.
 */
export function usePosted<Reply>(path: string, body: object | undefined): Resource<Reply> {
  const [round, setRound] = useState(0);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const [state, setState] = useState<State<Reply>>({
    data: undefined,
    error: undefined,
    isLoading: text !== undefined,
  });

  useEffect(() => {
    if (text === undefined) return;
    const left = new AbortController();
    setState({ data: undefined, error: undefined, isLoading: true });
    const headers = { "Content-Type": "application/json" };
    const { signal } = left;
    fetchJson<Reply>(path, { method: "POST", body: text, headers, signal }).then(
      (data) => {
        if (!signal.aborted) setState({ data, error: undefined, isLoading: false });
      },
      (thrown: unknown) => {
        const error = toServerError(thrown);
        if (!signal.aborted) setState({ data: undefined, error, isLoading: false });
      },
    );
    return () => left.abort();
  }, [path, text, round]);

  const reload = useCallback(() => setRound((last) => last + 1), []);
  return { ...state, reload };
}
