/** Of a grid tried on three public retrieval sets, the best on all. */
const K = 1.6;
const B = 0.75;

/** What a term tells that `holding` of `total` texts hold: the fewer, the more. */
export function inverseFrequency(holding: number, total: number): number {
  return Math.log(1 + (total - holding + 0.5) / (holding + 0.5));
}

/**
 * What it counts that a text of `length` words holds a term `count` times: from 0 up to K + 1, less in
 * texts that are longer than the mean.
 */
export function termWeight(count: number, length: number, meanLength: number): number {
  return (count * (K + 1)) / (count + K * (1 - B + (B * length) / meanLength));
}
