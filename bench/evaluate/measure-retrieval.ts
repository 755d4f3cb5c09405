import type { RetrievalSet } from "./data-set.ts";
import { openKnowledge, TENANT } from "./knowledge.ts";
import type { System } from "./system.ts";
import type { RetrievalResult } from "./types.ts";

/** Ranks beyond count as not found. */
const RANKS = 10;
const SHOWN = 5;

/** Ranks of the first passage of a right document, each row of the corpus being a document. */
export async function evaluateRetrieval(
  { corpus, queries }: RetrievalSet,
  system: System,
): Promise<RetrievalResult> {
  const { retrieve } = await openKnowledge(corpus, system);
  await system.vectors.prepare(queries.map(({ text }) => text));
  const ranks: number[] = [];
  for (const { text, right } of queries) {
    const vector = system.vectors.of(text);
    const { passages } = await retrieve({ tenant: TENANT, text, vector, limit: RANKS });
    const place = passages.findIndex(({ passage }) => right.has(passage.documentId));
    ranks.push(place === -1 ? Infinity : place + 1);
  }
  const mean = (value: (rank: number) => number) =>
    ranks.reduce((sum, rank) => sum + value(rank), 0) / Math.max(1, ranks.length);
  return {
    queries: queries.length,
    hit1: mean((rank) => Number(rank === 1)),
    hit5: mean((rank) => Number(rank <= SHOWN)),
    mrr10: mean((rank) => 1 / rank),
  };
}
