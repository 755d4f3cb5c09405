import type { StreamRow } from "./rows.ts";

/** Lower thresholds are not tried. */
const FLOOR = 0.6;
const STEP = 0.01;
/** Most wrong hits of all hits under the best threshold. */
const MAX_WRONG = 0.01;

/** Says of a question that none is stored for it. */
export const NONE = -1;

/** The rows before each row that are near it, nearest first. */
export type Neighbours = readonly (readonly {
  readonly row: number;
  readonly similarity: number;
}[])[];

/** Compares all questions with all before them, once for all thresholds. */
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
 * What a cache does that serves the nearest stored question's answer from this similarity on: the row
 * that serves each row, or `NONE`.
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

/** The plain threshold, in steps of 0.01, with the most hits of which at most 1 % are wrong. */
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

/** Whether a row was served the answer of another cluster. */
export function isWrong(rows: readonly StreamRow[], row: number, index: number): boolean {
  return row !== NONE && rows[row]?.cluster !== rows[index]?.cluster;
}

/** Without what single-precision numbers add or lose: the same text is 1 near. */
function rounded(similarity: number): number {
  return Math.round(similarity * 1e6) / 1e6;
}

/** Of two unit vectors. Four sums at a time, so that none waits for the one before. */
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
