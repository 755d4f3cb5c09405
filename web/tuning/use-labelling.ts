import { useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { Lookup, LookupList } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { toPath } from "../app/router.ts";
import { showToast } from "../components/toast.tsx";

/** Those that come closest first. */
const PATH = "/v1/cache/lookups?near_misses=true&label=none&limit=50";

/** Lookups to label, one after the other. */
export function useLabelling(onLabelled: () => void) {
  const listed = useResource<LookupList>(PATH);
  const [done, setDone] = useState<readonly { id: string; same: boolean | undefined }[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const past = new Set(done.map(({ id }) => id));
  const waiting = listed.data?.lookups.filter(
    (lookup) => isReadable(lookup) && !past.has(lookup.id),
  );
  const current = waiting?.[0];
  const labelled = done.filter(({ same }) => same !== undefined).length;

  /** One at a time: a key that is held down labels one. */
  async function run(work: () => Promise<void>): Promise<void> {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await work();
    } catch (thrown) {
      showToast(toServerError(thrown).message, "bad");
    } finally {
      setIsBusy(false);
    }
  }

  function pass(id: string, same: boolean | undefined): void {
    setDone((before) => [...before, { id, same }]);
    if (waiting?.length === 1 && listed.data?.next_cursor !== null) listed.reload();
  }

  return {
    ...listed,
    current,
    labelled,
    isBusy,
    canUndo: done.length > 0,
    waiting: waiting?.length,
    /** Whether one answer does for both questions. */
    label: (same: boolean) =>
      run(async () => {
        if (current === undefined) return;
        await fetchJson<Lookup>(labelPath(current.id), { method: "POST", json: { same } });
        pass(current.id, same);
        onLabelled();
      }),
    skip: () => {
      if (current !== undefined) pass(current.id, undefined);
    },
    undo: () =>
      run(async () => {
        const last = done.at(-1);
        if (last === undefined) return;
        if (last.same !== undefined) {
          await fetchJson<Lookup>(labelPath(last.id), { method: "DELETE" });
          onLabelled();
        }
        setDone((before) => before.slice(0, -1));
      }),
  };
}

export type LabellingState = ReturnType<typeof useLabelling>;

function labelPath(id: string): string {
  return `/v1${toPath("cache", "lookups", id, "label")}`;
}

/** Where only hashes are kept, or nothing was near, there is nothing to compare. */
function isReadable({ question, nearest }: Lookup): boolean {
  return question !== null && nearest !== null && nearest.question !== null;
}
