import type { Sample } from "./parse-metrics.ts";

/** How long a stage of answers took, in milliseconds. */
export interface StageTimes {
  readonly stage: string;
  readonly count: number;
  readonly mean: number;
  /** Read from the histogram's buckets, within which times are taken to be evenly spread. */
  readonly median: number;
  readonly p95: number;
}

/** An upper bound in seconds, and how many times lay at or below it. */
interface Bucket {
  readonly bound: number;
  readonly count: number;
}

const NAME = "reprise_stage_duration_seconds";
/** As a question goes through them. */
const ORDER = ["resolve", "embed", "lookup", "retrieve", "model", "total"];

/** The times of each stage, of all answers. */
export function stageTimes(samples: readonly Sample[]): readonly StageTimes[] {
  const own = samples.filter(({ name }) => name.startsWith(NAME));
  const stages = [...new Set(own.map(({ labels }) => labels["stage"] ?? ""))];
  return stages
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map((stage) =>
      timesOf(
        stage,
        own.filter(({ labels }) => labels["stage"] === stage),
      ),
    );
}

function timesOf(stage: string, samples: readonly Sample[]): StageTimes {
  const sum = (suffix: string) =>
    samples
      .filter(({ name }) => name === `${NAME}${suffix}`)
      .reduce((total, { value }) => total + value, 0);
  const count = sum("_count");
  const buckets = toBuckets(samples);
  return {
    stage,
    count,
    mean: count === 0 ? 0 : (sum("_sum") / count) * 1000,
    median: quantile(buckets, 0.5) * 1000,
    p95: quantile(buckets, 0.95) * 1000,
  };
}

/** Of all statuses together, by bound. */
function toBuckets(samples: readonly Sample[]): readonly Bucket[] {
  const counts = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== `${NAME}_bucket`) continue;
    const bound = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  return [...counts].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound);
}

/** In seconds; the last finite bound where the answer lies beyond it. */
export function quantile(buckets: readonly Bucket[], share: number): number {
  const wanted = (buckets.at(-1)?.count ?? 0) * share;
  if (wanted === 0) return 0;
  let below: Bucket = { bound: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= wanted) {
      if (bucket.bound === Infinity) return below.bound;
      const part = (wanted - below.count) / (bucket.count - below.count);
      return below.bound + (bucket.bound - below.bound) * part;
    }
    below = bucket;
  }
  return below.bound;
}
