import { useEffect, useRef, useState } from "preact/hooks";
import type { Evaluation } from "../api/types.ts";
import { usePosted } from "../api/use-posted.ts";
import type { Resource } from "../api/use-resource.ts";

/** Labels that come one after the other are evaluated together; in milliseconds. */
const PAUSE_MS = 700;

/** What each threshold would have done with the log; the last figures stay while they are asked for anew. */
export function useEvaluation(target: number): Resource<Evaluation> {
  const { data, error, isLoading, reload } = usePosted<Evaluation>("/v1/cache/evaluate", {
    lookups: true,
    target_wrong_hit_rate: target,
  });
  const last = useRef<Evaluation | undefined>(undefined);
  if (data !== undefined) last.current = data;
  const [wanted, setWanted] = useState(0);
  useEffect(() => {
    if (wanted === 0) return;
    const timer = setTimeout(reload, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return {
    data: data ?? last.current,
    error,
    isLoading,
    reload: () => setWanted((count) => count + 1),
  };
}
