import type { Sample } from "./parse-metrics.ts";

/** Times of a stage, in milliseconds. */
export interface StageTimes {
  readonly stage: string;
  readonly count: number;
  readonly mean: number;
  readonly median: Quantile;
  readonly p95: Quantile;
}

/** Estimated from the histogram; times are assumed to be evenly spread within a bucket. */
interface Quantile {
  /** In milliseconds. */
  readonly time: number;
  /** Only an upper bound is known: in the first bucket, or where an even spread is impossible. */
  readonly isBelow: boolean;
}

/** An upper bound in seconds, and the count of times at or below it. */
interface Bucket {
  readonly bound: number;
  readonly count: number;
}

const NAME = "reprise_stage_duration_seconds";
/** Stages in the order of the question path. */
const ORDER = ["resolve", "embed", "lookup", "judge", "retrieve", "model", "total"];

/** The times of each stage over all answers. */
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
  const mean = count === 0 ? 0 : (sum("_sum") / count) * 1000;
  // Times are skewed to the right: a median above the mean is an artefact of the buckets.
  return {
    stage,
    count,
    mean,
    median: toQuantile(buckets, 0.5, mean),
    p95: toQuantile(buckets, 0.95, Infinity),
  };
}

function toQuantile(buckets: readonly Bucket[], share: number, most: number): Quantile {
  const { at, upper, isFirst } = quantile(buckets, share);
  const isBelow = isFirst || at * 1000 > most;
  return { time: (isBelow ? upper : at) * 1000, isBelow };
}

/** Counts over all statuses, by bound. */
function toBuckets(samples: readonly Sample[]): readonly Bucket[] {
  const counts = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== `${NAME}_bucket`) continue;
    const bound = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  return [...counts].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound);
}

/** A quantile in seconds with its bucket; the last finite bound if it is beyond that. */
export function quantile(
  buckets: readonly Bucket[],
  share: number,
): { readonly at: number; readonly upper: number; readonly isFirst: boolean } {
  const wanted = (buckets.at(-1)?.count ?? 0) * share;
  if (wanted === 0) return { at: 0, upper: 0, isFirst: false };
  let below: Bucket = { bound: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= wanted) {
      const upper = bucket.bound;
      if (upper === Infinity) break;
      const part = (wanted - below.count) / (bucket.count - below.count);
      const at = below.bound + (upper - below.bound) * part;
      return { at, upper, isFirst: below.bound === 0 };
    }
    below = bucket;
  }
  return { at: below.bound, upper: below.bound, isFirst: false };
}
