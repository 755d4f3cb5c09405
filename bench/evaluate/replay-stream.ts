import type { PassageRow, StreamRow } from "./data-set.ts";
import { openKnowledge } from "./knowledge.ts";
import { findNeighbours, replayPlain, bestPlain } from "./plain-replay.ts";
import type { System } from "./system.ts";
import { createTrialCache } from "./trial-cache.ts";
import type { StreamCount, StreamResult } from "./types.ts";

const PLAIN = 0.95;

/**
 * Asks the questions in their order: one that is served no stored answer is answered and stored.
 *
 * @param corpus the documents that the questions are about; empty where there are none
 */
export async function evaluateStream(
  rows: readonly StreamRow[],
  corpus: readonly PassageRow[],
  system: System,
): Promise<StreamResult> {
  await system.vectors.prepare(rows.map(({ text }) => text));
  const neighbours = findNeighbours(rows.map(({ text }) => system.vectors.of(text)));
  return {
    plain95: replayPlain(rows, neighbours, PLAIN),
    bestPlain: bestPlain(rows, neighbours),
    reprise: await replayReprise(rows, corpus, system),
  };
}

async function replayReprise(
  rows: readonly StreamRow[],
  corpus: readonly PassageRow[],
  system: System,
): Promise<StreamCount> {
  const cache = createTrialCache(system, await openKnowledge(corpus, system));
  const clusterOf = new Map<string, string>();
  let hits = 0;
  let wrong = 0;
  for (const { text, cluster } of rows) {
    if (system.readMessage(text, []).sharedQuestion === undefined) continue;
    const served = await cache.served(text);
    if (served === undefined) {
      await cache.store(text);
      clusterOf.set(text, cluster);
      continue;
    }
    hits += 1;
    if (clusterOf.get(served) !== cluster) wrong += 1;
  }
  return { rows: rows.length, hits, wrong };
}
