import type { StreamRow } from "./data-set.ts";
import type { PlainCount } from "./types.ts";

/** Lower thresholds are not tried. */
const FLOOR = 0.6;
const STEP = 0.01;
/** Most wrong hits of all hits under the best threshold. */
const MAX_WRONG = 0.01;

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

/** What a cache does that serves the nearest stored question's answer from this similarity on. */
export function replayPlain(
  rows: readonly StreamRow[],
  neighbours: Neighbours,
  threshold: number,
): PlainCount {
  const isStored: boolean[] = [];
  let hits = 0;
  let wrong = 0;
  for (const [index, { cluster }] of rows.entries()) {
    const nearest = neighbours[index]?.find(({ row }) => isStored[row]);
    isStored[index] = nearest === undefined || nearest.similarity < threshold;
    if (nearest === undefined || isStored[index]) continue;
    hits += 1;
    if (rows[nearest.row]?.cluster !== cluster) wrong += 1;
  }
  return { rows: rows.length, hits, wrong, threshold };
}

/** The plain threshold, in steps of 0.01, with the most hits of which at most 1 % are wrong. */
export function bestPlain(rows: readonly StreamRow[], neighbours: Neighbours): PlainCount {
  let best: PlainCount = { rows: rows.length, hits: 0, wrong: 0, threshold: null };
  const steps = Math.round((1 - FLOOR) / STEP);
  for (let step = 0; step <= steps; step += 1) {
    const count = replayPlain(rows, neighbours, Number((1 - step * STEP).toFixed(2)));
    if (count.wrong <= count.hits * MAX_WRONG && count.hits > best.hits) best = count;
  }
  return best;
}

/** Without what single-precision numbers add or lose: the same text is 1 near. */
function rounded(similarity: number): number {
  return Math.round(similarity * 1e6) / 1e6;
}

/** Four sums at a time, so that none waits for the one before. */
function dot(one: Float32Array, other: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let index = 0; index < one.length; index += 4) {
    first += (one[index] ?? 0) * (other[index] ?? 0);
    second += (one[index + 1] ?? 0) * (other[index + 1] ?? 0);
    third += (one[index + 2] ?? 0) * (other[index + 2] ?? 0);
    fourth += (one[index + 3] ?? 0) * (other[index + 3] ?? 0);
  }
  return first + second + third + fourth;
}
