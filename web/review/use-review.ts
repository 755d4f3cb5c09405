import { useEffect, useState } from "preact/hooks";
import { fetchJson, withQuery } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { ReviewItem, ReviewList } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import { toPath } from "../app/router.ts";
import { showToast } from "../components/toast.tsx";

export type ReviewAction = "keep" | "correct" | "pin" | "remove";

const DONE: Readonly<Record<ReviewAction, string>> = {
  keep: "Kept. The answer is served as before.",
  correct: "Corrected. The new answer is served from now on.",
  pin: "Pinned. The answer is kept for a year.",
  remove: "Removed from the cache.",
};

/** Open items of the review queue, one at a time. Reason: empty for all. */
export function useReview(reason: string) {
  const listed = usePages<ReviewList>(withQuery("/v1/feedback", { reason, limit: 50 }));
  const [passed, setPassed] = useState<ReadonlySet<string>>(new Set());
  const [isBusy, setIsBusy] = useState(false);
  const waiting = listed.replies
    ?.flatMap(({ feedback }) => feedback)
    .filter((item) => !passed.has(keyOf(item)));
  const current = waiting?.[0];
  const { more } = listed;
  useEffect(() => {
    if (waiting?.length === 0) more?.();
  }, [waiting?.length === 0, listed.replies?.length]);

  const pass = (item: ReviewItem) => setPassed((before) => new Set([...before, keyOf(item)]));

  return {
    ...listed,
    current,
    /** Number of loaded open items; undefined while loading. */
    waiting: waiting?.length === 0 && more !== undefined ? undefined : waiting?.length,
    hasMore: more !== undefined,
    isBusy,
    skip: () => {
      if (current !== undefined) pass(current);
    },
    /** Resolves the current item; returns false if that failed. */
    resolve: async (action: ReviewAction, answer?: string): Promise<boolean> => {
      if (current === undefined || isBusy) return false;
      setIsBusy(true);
      try {
        await resolveItem(current.id, action, answer);
        pass(current);
        showToast(DONE[action]);
        return true;
      } catch (thrown) {
        showToast(toServerError(thrown).message, "bad");
        return false;
      } finally {
        setIsBusy(false);
      }
    },
  };
}

export type ReviewState = ReturnType<typeof useReview>;

/** A message may be in the queue for two reasons. */
export function keyOf({ id, reason }: ReviewItem): string {
  return `${reason} ${id}`;
}

function resolveItem(id: string, action: ReviewAction, answer?: string): Promise<ReviewItem> {
  return fetchJson<ReviewItem>(`/v1${toPath("feedback", id, "resolve")}`, {
    method: "POST",
    json: { action, ...(answer !== undefined && { answer }) },
  });
}
