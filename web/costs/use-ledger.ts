import { useCallback, useEffect, useState } from "preact/hooks";
import { request } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { LedgerLine } from "../api/types.ts";
import type { Resource } from "../api/use-resource.ts";

type State = Omit<Resource<readonly LedgerLine[]>, "reload">;
const NOTHING: State = { data: undefined, error: undefined, isLoading: true };

/** Parses ledger rows: one JSON object per line. */
export function useLedger(path: string): Resource<readonly LedgerLine[]> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    const left = new AbortController();
    setState(NOTHING);
    readLines(path, left.signal).then(
      (data) => {
        if (!left.signal.aborted) setState({ data, error: undefined, isLoading: false });
      },
      (thrown: unknown) => {
        const error = toServerError(thrown);
        if (!left.signal.aborted) setState({ data: undefined, error, isLoading: false });
      },
    );
    return () => left.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  return { ...state, reload };
}

async function readLines(path: string, signal: AbortSignal): Promise<readonly LedgerLine[]> {
  const text = await (await request(path, { signal })).text();
  const lines = text.split("\n").filter((line) => line !== "");
  return parseLines(`[${lines.join(",")}]`);
}

/** Page and server are built together, so the rows are not validated again. */
function parseLines(text: string): readonly LedgerLine[] {
  return JSON.parse(text);
}
