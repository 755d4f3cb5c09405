import { Stat, Stats } from "../components/stat.tsx";
import { formatBytes, formatDuration } from "../format/numbers.ts";
import { formatAgo } from "../format/time.ts";
import { valueOf, type Sample } from "./parse-metrics.ts";

interface Props {
  readonly samples: readonly Sample[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Figures of the process. */
export function Process({ samples, now }: Props) {
  const startedAt = valueOf(samples, "reprise_process_start_time_seconds");
  const memory = valueOf(samples, "reprise_process_resident_memory_bytes");
  const lag = valueOf(samples, "reprise_nodejs_eventloop_lag_p99_seconds");
  return (
    <Stats>
      {startedAt !== undefined && (
        <Stat label="Started">{formatAgo(new Date(startedAt * 1000).toISOString(), now)}</Stat>
      )}
      {memory !== undefined && <Stat label="Memory">{formatBytes(memory)}</Stat>}
      {lag !== undefined && <Stat label="Event loop lag, p99">{formatDuration(lag * 1000)}</Stat>}
    </Stats>
  );
}
