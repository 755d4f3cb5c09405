import { useEffect, useState } from "preact/hooks";
import { fetchJson, withQuery } from "./client.ts";
import { toServerError, type ServerError } from "./server-error.ts";
import { useResource } from "./use-resource.ts";

interface Listing {
  readonly next_cursor: string | null;
}

export interface Pages<Reply> {
  /** The loaded pages; undefined before the first. */
  readonly replies: readonly Reply[] | undefined;
  readonly error: ServerError | undefined;
  readonly isLoading: boolean;
  /** Undefined if there are no more pages. */
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
}

/**
 * Loads a listing with a cursor, page by page.
 *
 * @param path with its filters, without a cursor
 */
export function usePages<Reply extends Listing>(path: string | undefined): Pages<Reply> {
  const first = useResource<Reply>(path);
  const [later, setLater] = useState<readonly Reply[]>([]);
  const [error, setError] = useState<ServerError>();
  const [isLoading, setIsLoading] = useState(false);
  useEffect(() => {
    setLater([]);
    setError(undefined);
  }, [first.data]);

  const cursor = (later.at(-1) ?? first.data)?.next_cursor ?? undefined;
  async function readMore() {
    if (isLoading) return;
    setIsLoading(true);
    try {
      const next = await fetchJson<Reply>(withCursor(path ?? "", cursor));
      setLater((before) => [...before, next]);
      setError(undefined);
    } catch (thrown) {
      setError(toServerError(thrown));
    } finally {
      setIsLoading(false);
    }
  }

  return {
    replies: first.data && [first.data, ...later],
    error: first.error ?? error,
    isLoading: first.isLoading || isLoading,
    more: cursor === undefined ? undefined : () => void readMore(),
    reload: first.reload,
  };
}

function withCursor(path: string, cursor: string | undefined): string {
  const [plain = "", query = ""] = path.split("?");
  return withQuery(plain, { ...Object.fromEntries(new URLSearchParams(query)), cursor });
}
