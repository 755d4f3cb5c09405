import { useEffect, useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { Lookup, LookupList } from "../api/types.ts";
import { usePages, type Pages } from "../api/use-pages.ts";
import { toPath } from "../app/router.ts";
import { showToast } from "../components/toast.tsx";

/** Those that come closest first. */
const PATH = "/v1/cache/lookups?near_misses=true&label=none&limit=50";

/** Lookups to label, one after the other. */
export function useLabelling(onLabelled: () => void) {
  const listed = usePages<LookupList>(PATH);
  const [done, setDone] = useState<readonly { id: string; same: boolean | undefined }[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const past = new Set(done.map(({ id }) => id));
  const waiting = listed.replies
    ?.flatMap(({ lookups }) => lookups)
    .filter((lookup) => isReadable(lookup) && !past.has(lookup.id));
  const current = waiting?.[0];
  const labelled = done.filter(({ same }) => same !== undefined).length;

  const { more } = listed;
  useReadOn(waiting?.length === 0, listed);

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
  }

  return {
    ...listed,
    current,
    labelled,
    isBusy,
    canUndo: done.length > 0,
    /** Of those that were read. Undefined: some are on their way. */
    waiting:
      waiting?.length === 0 && (more !== undefined || listed.isLoading)
        ? undefined
        : waiting?.length,
    hasMore: more !== undefined,
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

/** Reads the next page when nothing of those before is left. */
function useReadOn(isWanted: boolean, { replies, more }: Pages<LookupList>): void {
  useEffect(() => {
    if (isWanted) more?.();
  }, [isWanted, replies?.length]);
}

export type LabellingState = ReturnType<typeof useLabelling>;

function labelPath(id: string): string {
  return `/v1${toPath("cache", "lookups", id, "label")}`;
}

/** Where only hashes are kept, nothing was near, or the words are the same, there is nothing to compare. */
function isReadable({ question, nearest, tier }: Lookup): boolean {
  return tier !== "exact" && question !== null && nearest !== null && nearest.question !== null;
}
