import type { OwnerRecord } from "../identity/conversation-owners.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { Records } from "./database.ts";

/** Rows per statement: databases limit the number of parameters. */
const BATCH = 100;

/** Looks up owners of conversations in the database, with one query. */
export function createSqlConversationOwners(records: Records): OwnerRecord {
  return {
    async find({ tenant, conversationId }) {
      const row = await records
        .selectNoFrom((expression) => [
          expression
            .selectFrom("conversation_owners")
            .select("owner")
            .where("tenant", "=", tenant)
            .where("conversation_id", "=", conversationId)
            .as("owner"),
          // An erased conversation counts as unknown: nothing of it is kept that could be
          // another's.
          expression
            .selectFrom("conversations")
            .select("title")
            .where("tenant", "=", tenant)
            .where("id", "=", conversationId)
            .where("title", "<>", "")
            .as("title"),
        ])
        .executeTakeFirst();
      const owner = row?.owner ?? null;
      if (owner !== null) return { kind: "owned", owner };
      return (row?.title ?? null) === null ? { kind: "unknown" } : { kind: "unowned" };
    },
  };
}

/**
 * Assigns each new conversation to its first writer, and drops turns written to another owner's
 * conversation. Two callers who choose the same id at the same time never share a transcript.
 */
export async function keepOwnedTurns<Turn extends EndedTurn>(
  records: Records,
  turns: readonly Turn[],
): Promise<readonly Turn[]> {
  const rows = new Map<string, OwnerRow>();
  for (const turn of turns) {
    const row = toRow(turn);
    if (row !== undefined && !rows.has(nameOf(row))) rows.set(nameOf(row), row);
  }
  if (rows.size === 0) return turns;
  const owners = new Map<string, string>();
  // Sorted, so that two writers always lock rows in the same order and cannot deadlock.
  const sorted = [...rows.keys()].sort().flatMap((name) => rows.get(name) ?? []);
  for (let start = 0; start < sorted.length; start += BATCH) {
    const batch = sorted.slice(start, start + BATCH);
    await records
      .insertInto("conversation_owners")
      .values(batch)
      .onConflict((conflict) => conflict.columns(["tenant", "conversation_id"]).doNothing())
      .execute();
    for (const row of await findOwners(records, batch)) owners.set(nameOf(row), row.owner);
  }
  return turns.filter((turn) => {
    const row = toRow(turn);
    return row === undefined || owners.get(nameOf(row)) === row.owner;
  });
}

interface OwnerRow {
  readonly tenant: string;
  readonly conversation_id: string;
  readonly owner: string;
}

function findOwners(records: Records, rows: readonly OwnerRow[]): Promise<OwnerRow[]> {
  return records
    .selectFrom("conversation_owners")
    .select(["tenant", "conversation_id", "owner"])
    .where("tenant", "in", [...new Set(rows.map(({ tenant }) => tenant))])
    .where("conversation_id", "in", [...new Set(rows.map((row) => row.conversation_id))])
    .execute();
}

function toRow({ entry, text }: EndedTurn): OwnerRow | undefined {
  const { tenant, conversationId } = entry;
  const owner = text?.owner;
  if (owner === undefined || conversationId === null) return undefined;
  return { tenant, conversation_id: conversationId, owner };
}

function nameOf({ tenant, conversation_id }: OwnerRow): string {
  return JSON.stringify([tenant, conversation_id]);
}
