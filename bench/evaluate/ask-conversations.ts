import { isLookedUp } from "./ask-messages.ts";
import { serves } from "./ask-pairs.ts";
import type { Columns } from "./columns.ts";
import { rewriteAlike } from "./perfect-rewriting.ts";
import type { CollisionRow, ConversationRow, TalkPairRow, TurnRow } from "./rows.ts";
import type { System } from "./system.ts";

/** Whether each turn is excluded from the shared cache, without a rewriting model. */
export async function askTurns(rows: readonly TurnRow[], system: System): Promise<Columns> {
  const service = await system.openService({ everyQuestionAnswered: true });
  const heldBack: number[] = [];
  for (const [index, { question: message, history }] of rows.entries()) {
    const reply = await service.ask({ tenant: `turn-${index}`, message, history });
    heldBack.push(Number(!isLookedUp(reply)));
  }
  await service.close();
  return [heldBack];
}

/**
 * Whether one conversation would get the other's answer to the same words: without a rewriting model, or with
 * the human rewritings.
 */
export async function askCollisions(
  rows: readonly CollisionRow[],
  system: System,
): Promise<Columns> {
  const plain = await system.openService({ everyQuestionAnswered: true });
  const rewriting = await system.openService({ everyQuestionAnswered: true, canRewrite: true });
  const crossing: number[] = [];
  for (const [index, { question, a, b }] of rows.entries()) {
    const tenant = `collision-${index}`;
    const [one, other] = [a, b].map(({ history, rewrite }) => {
      return { question, history, rewriting: rewrite };
    });
    if (one === undefined || other === undefined) continue;
    const crosses =
      (await serves(plain, tenant, one, other)) || (await serves(rewriting, tenant, one, other));
    crossing.push(Number(crosses));
  }
  await plain.close();
  await rewriting.close();
  return [crossing];
}

/**
 * Whether a turn shares a cache entry by its words alone, in either direction: it gets the answer to the same
 * words without a conversation, or the reverse.
 */
export async function askConversations(
  rows: readonly ConversationRow[],
  system: System,
): Promise<Columns> {
  const service = await system.openService({ everyQuestionAnswered: true });
  const reads: number[] = [];
  const writes: number[] = [];
  for (const [index, { question, history }] of rows.entries()) {
    const [alone, turn] = [{ question }, { question, history }];
    reads.push(Number(await serves(service, `reads-${index}`, alone, turn)));
    writes.push(Number(await serves(service, `writes-${index}`, turn, alone)));
  }
  await service.close();
  return [reads, writes];
}

/**
 * Whether the last message of `b` would get the answer to that of `a`, each in its conversation.
 *
 * @param options `isRewritten`: with a model whose rewritings are right
 */
export async function askTalks(
  rows: readonly TalkPairRow[],
  system: System,
  { isRewritten }: { isRewritten: boolean },
): Promise<Columns> {
  const service = await system.openService({
    everyQuestionAnswered: true,
    canRewrite: isRewritten,
  });
  const served: number[] = [];
  for (const [index, row] of rows.entries()) {
    const { a, b } = rewriteAlike(row);
    const one = { ...row.a, rewriting: a };
    const other = { ...row.b, rewriting: b };
    served.push(Number(await serves(service, `talk-${index}`, one, other)));
  }
  await service.close();
  return [served];
}
