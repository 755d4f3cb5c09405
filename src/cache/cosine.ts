/** Cosine similarity of L2-normalised vectors, clamped to 0..1 as the stores do. */
export function cosine(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (const [index, value] of one.entries()) sum += value * (other[index] ?? 0);
  return Math.min(1, Math.max(0, sum));
}
