import type { PairRow } from "./data-set.ts";
import { openKnowledge } from "./knowledge.ts";
import type { System } from "./system.ts";
import { createTrialCache } from "./trial-cache.ts";
import type { PairCount, PairResult } from "./types.ts";

const PLAIN = 0.95;

/** Asks whether `b` would be served the answer to `a`, with no documents to look into. */
export async function evaluatePairs(
  rows: readonly PairRow[],
  system: System,
): Promise<{ plain95: PairResult; reprise: PairResult }> {
  await system.vectors.prepare(rows.flatMap(({ a, b }) => [a, b]));
  const serves = await createPairJudge(system);
  const plain: boolean[] = [];
  const reprise: boolean[] = [];
  for (const { a, b } of rows) {
    plain.push(cosine(system.vectors.of(a), system.vectors.of(b)) >= PLAIN);
    reprise.push(await serves(a, b));
  }
  return { plain95: countPairs(rows, plain), reprise: countPairs(rows, reprise) };
}

/** Whether the second question would be served the first one's answer; their vectors must be prepared. */
export async function createPairJudge(
  system: System,
): Promise<(stored: string, asked: string) => Promise<boolean>> {
  const cache = createTrialCache(system, await openKnowledge([], system));
  return async (stored, asked) => {
    await cache.store(stored);
    const served = await cache.served(asked);
    await cache.remove(stored);
    return served !== undefined;
  };
}

function countPairs(rows: readonly PairRow[], served: readonly boolean[]): PairResult {
  const judged = rows.map((row, index) => ({ ...row, served: served[index] === true }));
  const kinds = [...new Set(rows.map(({ kind }) => kind))].sort();
  const byKind = kinds.map((kind): [string, PairCount] => [
    kind,
    countAll(judged.filter((row) => row.kind === kind)),
  ]);
  return { ...countAll(judged), byKind: Object.fromEntries(byKind) };
}

function countAll(rows: readonly { same: 0 | 1; served: boolean }[]): PairCount {
  const count = (same: 0 | 1, servedOnly: boolean) =>
    rows.filter((row) => row.same === same && (row.served || !servedOnly)).length;
  return {
    same: count(1, false),
    sameServed: count(1, true),
    different: count(0, false),
    differentServed: count(0, true),
  };
}

function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
