import { useEffect, useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { Lookup, LookupList } from "../api/types.ts";
import { usePages, type Pages } from "../api/use-pages.ts";
import { toPath } from "../app/router.ts";
import { showToast } from "../components/toast.tsx";

/** Near misses, the closest first. */
const PATH = "/v1/cache/lookups?near_misses=true&label=none&limit=50";

/** Lookups to label, one at a time. */
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

  /** Prevents a held-down key from labelling several lookups. */
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
    /** Number of loaded lookups to label; undefined while loading. */
    waiting:
      waiting?.length === 0 && (more !== undefined || listed.isLoading)
        ? undefined
        : waiting?.length,
    hasMore: more !== undefined,
    /** Labels whether one answer serves both questions. */
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

/** Loads the next page when the loaded lookups are done. */
function useReadOn(isWanted: boolean, { replies, more }: Pages<LookupList>): void {
  useEffect(() => {
    if (isWanted) more?.();
  }, [isWanted, replies?.length]);
}

export type LabellingState = ReturnType<typeof useLabelling>;

function labelPath(id: string): string {
  return `/v1${toPath("cache", "lookups", id, "label")}`;
}

/** Hashed lookups, lookups without a near question and exact hits cannot be labelled. */
function isReadable({ question, nearest, tier }: Lookup): boolean {
  return tier !== "exact" && question !== null && nearest !== null && nearest.question !== null;
}
