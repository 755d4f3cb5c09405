import type { Columns } from "./columns.ts";
import { bestPlain, findNeighbours, NONE, replayPlain } from "./plain-replay.ts";
import type { PassageRow, StreamRow } from "./rows.ts";
import type { System } from "./system.ts";

const PLAIN = 0.95;

/**
 * The row that serves each row, with plain 0.95 and with the best plain threshold. The third column is that
 * threshold in its first row, or `NONE`.
 */
export async function comparePlain(rows: readonly StreamRow[], system: System): Promise<Columns> {
  await system.vectors.prepare(rows.map(({ text }) => text));
  const neighbours = findNeighbours(rows.map(({ text }) => system.vectors.of(text)));
  const best = bestPlain(rows, neighbours);
  return [replayPlain(neighbours, PLAIN), best.served, [best.threshold ?? NONE]];
}

/**
 * Asks the questions in order. A miss is answered, and stored if the service stores it.
 *
 * @param corpus documents about the questions; may be empty
 * @returns the row that serves each row, or `NONE`
 */
export async function askStream(
  rows: readonly StreamRow[],
  corpus: readonly PassageRow[],
  system: System,
): Promise<Columns> {
  const service = await system.openService({ corpus });
  const served: number[] = [];
  for (const [index, { text }] of rows.entries()) {
    const reply = await service.ask({ message: text, answer: `Row ${index}. [1]` });
    const row = /^Row (\d+)\./.exec(reply.answer)?.[1];
    served.push(reply.cache.status === "hit" && row !== undefined ? Number(row) : NONE);
  }
  await service.close();
  return [served];
}
