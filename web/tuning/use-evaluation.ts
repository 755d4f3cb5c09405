import { useEffect, useRef, useState } from "preact/hooks";
import type { Evaluation } from "../api/types.ts";
import { usePosted } from "../api/use-posted.ts";
import type { Resource } from "../api/use-resource.ts";

/** Delay that groups labels for one evaluation, in milliseconds. */
const PAUSE_MS = 700;

/** The evaluation of the log by threshold; the last figures stay during a reload. */
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
