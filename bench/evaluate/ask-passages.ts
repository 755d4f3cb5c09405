import type { RetrievalSet } from "./data-set.ts";
import type { Columns } from "./columns.ts";
import { TENANT } from "./service.ts";
import type { System } from "./system.ts";

/** Passages beyond this rank count as not found. */
const RANKS = 10;

/** The rank of the first passage of a right document; 0: not found. Each row of the corpus is a document. */
export async function askPassages(
  { corpus, queries }: RetrievalSet,
  system: System,
): Promise<Columns> {
  const service = await system.openService({ corpus });
  await system.vectors.prepare(queries.map(({ text }) => text));
  const ranks: number[] = [];
  for (const { text, right } of queries) {
    const vector = system.vectors.of(text);
    const { passages } = await service.retrieve({ tenant: TENANT, text, vector, limit: RANKS });
    ranks.push(1 + passages.findIndex(({ passage }) => right.has(passage.documentId)));
  }
  await service.close();
  return [ranks];
}
