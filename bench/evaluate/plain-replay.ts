import type { StreamRow } from "./rows.ts";

/** Lowest threshold. */
const FLOOR = 0.6;
const STEP = 0.01;
/** Maximum wrong-hit rate at the best threshold. */
const MAX_WRONG = 0.01;

/** No cached question serves this one. */
export const NONE = -1;

/** Similar earlier rows of each row, nearest first. */
export type Neighbours = readonly (readonly {
  readonly row: number;
  readonly similarity: number;
}[])[];

/** Compares each question with all earlier ones, once for all thresholds. */
export function findNeighbours(vectors: readonly Float32Array[]): Neighbours {
  return vectors.map((vector, index) => {
    const near: { row: number; similarity: number }[] = [];
    for (let row = 0; row < index; row += 1) {
      const similarity = dot(vector, vectors[row] ?? vector);
      if (similarity >= FLOOR) near.push({ row, similarity: rounded(similarity) });
    }
    return near.sort((one, other) => other.similarity - one.similarity);
  });
}

/**
 * Replays a cache that serves the nearest cached question at or above this similarity. Returns the row that
 * serves each row, or `NONE`.
 */
export function replayPlain(neighbours: Neighbours, threshold: number): number[] {
  const served: number[] = [];
  for (const near of neighbours) {
    const nearest = near.find(({ row }) => served[row] === NONE);
    const isHit = nearest !== undefined && nearest.similarity >= threshold;
    served.push(isHit ? nearest.row : NONE);
  }
  return served;
}

/** The plain threshold, in steps of 0.01, with the most hits at a wrong-hit rate of at most 1 %. */
export function bestPlain(
  rows: readonly StreamRow[],
  neighbours: Neighbours,
): { threshold: number | null; served: readonly number[] } {
  let best: { threshold: number | null; served: readonly number[]; hits: number } = {
    threshold: null,
    served: rows.map(() => NONE),
    hits: 0,
  };
  const steps = Math.round((1 - FLOOR) / STEP);
  for (let step = 0; step <= steps; step += 1) {
    const threshold = Number((1 - step * STEP).toFixed(2));
    const served = replayPlain(neighbours, threshold);
    const hits = served.filter((row) => row !== NONE).length;
    const wrong = served.filter((row, index) => isWrong(rows, row, index)).length;
    if (wrong <= hits * MAX_WRONG && hits > best.hits) best = { threshold, served, hits };
  }
  return best;
}

/** True if a row got the answer of another cluster. */
export function isWrong(rows: readonly StreamRow[], row: number, index: number): boolean {
  return row !== NONE && rows[row]?.cluster !== rows[index]?.cluster;
}

/** Removes single-precision errors: identical texts have similarity 1. */
function rounded(similarity: number): number {
  return Math.round(similarity * 1e6) / 1e6;
}

/** Dot product of two unit vectors. Four independent sums allow parallel execution. */
export function dot(one: Float32Array, other: Float32Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let index = 0; index < one.length; index += 4) {
    first += (one[index] ?? 0) * (other[index] ?? 0);
    second += (one[index + 1] ?? 0) * (other[index + 1] ?? 0);
    third += (one[index + 2] ?? 0) * (other[index + 2] ?? 0);
    fourth += (one[index + 3] ?? 0) * (other[index + 3] ?? 0);
  }
  return first + second + third + fourth;
}
