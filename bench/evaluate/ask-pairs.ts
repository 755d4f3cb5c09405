import type { ChatMessage } from "../../src/history/types.ts";
import type { Columns } from "./columns.ts";
import { dot } from "./plain-replay.ts";
import type { PairRow } from "./rows.ts";
import type { EvaluatedService } from "./service.ts";
import type { System } from "./system.ts";

const PLAIN = 0.95;

/**
 * Asks `a` and then `b`, without documents: would plain 0.95, and would the service, serve `b` the answer to
 * `a`?
 */
export async function askPairs(rows: readonly PairRow[], system: System): Promise<Columns> {
  await system.vectors.prepare(rows.flatMap(({ a, b }) => [a, b]));
  const service = await system.openService();
  const plain: number[] = [];
  const reprise: number[] = [];
  for (const [index, { a, b }] of rows.entries()) {
    plain.push(Number(dot(system.vectors.of(a), system.vectors.of(b)) >= PLAIN));
    const tenant = `pair-${index}`;
    const isServed = await serves(service, tenant, { question: a }, { question: b });
    reprise.push(Number(isServed));
  }
  await service.close();
  return [plain, reprise];
}

/** A message in its conversation, and its rewriting. */
interface Side {
  readonly question: string;
  readonly history?: readonly ChatMessage[] | undefined;
  readonly rewriting?: string | undefined;
}

/** True if the second message gets the first one's answer, in a tenant without other entries. */
export async function serves(
  service: EvaluatedService,
  tenant: string,
  stored: Side,
  asked: Side,
): Promise<boolean> {
  const first = { ...stored, tenant, message: stored.question, answer: "The first. [1]" };
  await service.ask(first);
  const second = { ...asked, tenant, message: asked.question, answer: "The second. [1]" };
  const reply = await service.ask(second);
  return reply.cache.status === "hit";
}
