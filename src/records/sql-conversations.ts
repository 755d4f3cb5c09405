import {
  sql,
  type ExpressionBuilder,
  type ExpressionWrapper,
  type Insertable,
  type SqlBool,
} from "kysely";
import type { OwnerRecord } from "../identity/conversation-owners.ts";
import type { EndedTurn, TurnText } from "../transcripts/types.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";
import { cleanText, hasRowLocks, inChunks, inLockOrder } from "./dialect.ts";
import type { Records, Tables } from "./tables.ts";

const TITLE_CHARACTERS = 120;

/** A turn whose text is kept in the transcript. */
export type SpokenTurn = EndedTurn & { readonly text: TurnText };

export function isSpoken(turn: EndedTurn): turn is SpokenTurn {
  return turn.text !== null && turn.entry.conversationId !== null;
}

/** Map key of a conversation. Sorting by it gives all writers the same lock order. */
export function conversationName(tenant: string, id: string | null): string {
  return JSON.stringify([tenant, id]);
}

/**
 * Title of a conversation: the start of its first question. Never empty, because an empty title
 * marks an erased conversation.
 */
function toTitle(question: string): string {
  const line = cleanText(question).replace(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARACTERS) return line === "" ? "…" : line;
  return `${cleanText(line.slice(0, TITLE_CHARACTERS - 1))}…`;
}

type Row = Insertable<Tables["conversations"]>;
type ConversationKey = Pick<Row, "tenant" | "id">;

const nameOf = ({ tenant, id }: ConversationKey) => conversationName(tenant, id);

/** The state of a batch's conversations. */
export interface FoundConversations {
  /** Erasure time of each erased conversation; new and unerased ones are absent. */
  readonly erasedAt: ReadonlyMap<string, number>;
  /** Conversations whose row another transaction has locked. */
  readonly held: ReadonlySet<string>;
}

/** Finds and locks the conversations of these turns, skipping rows that are locked by others. */
export async function findConversations(
  transaction: Records,
  turns: readonly SpokenTurn[],
): Promise<FoundConversations> {
  const erasedAt = new Map<string, number>();
  const held = new Set<string>();
  await inChunks(keysOf(turns), async (keys) => {
    const free = await lockConversations(transaction, keys);
    for (const { erased_at, ...key } of free) {
      if (erased_at !== null) erasedAt.set(nameOf(key), erased_at);
    }
    const taken = new Set(free.map(nameOf));
    const rest = keys.filter((key) => !taken.has(nameOf(key)));
    // `skip locked` left these out. If they exist, another transaction holds them.
    if (rest.length === 0 || !hasRowLocks(transaction)) return;
    const others = await transaction
      .selectFrom("conversations")
      .select(["tenant", "id"])
      .where((each) => isOneOf(each, rest))
      .execute();
    for (const key of others) held.add(nameOf(key));
  });
  return { erasedAt, held };
}

function keysOf(turns: readonly SpokenTurn[]): readonly ConversationKey[] {
  const keys = new Map<string, ConversationKey>();
  for (const { entry } of turns) {
    const key = { tenant: entry.tenant, id: entry.conversationId ?? "" };
    keys.set(nameOf(key), key);
  }
  return inLockOrder(keys);
}

function lockConversations(transaction: Records, keys: readonly ConversationKey[]) {
  const found = transaction
    .selectFrom("conversations")
    .select(["tenant", "id", "erased_at"])
    .where((each) => isOneOf(each, keys));
  return (hasRowLocks(transaction) ? found.forUpdate().skipLocked() : found).execute();
}

/**
 * Creates the conversations of these turns, or updates their time.
 *
 * @param turns asked after their conversation was erased, if it was; in the order of each
 * conversation
 * @throws DatabaseUnavailable (`busy`) when a conversation was created or erased concurrently:
 * retry the transaction
 */
export async function touchConversations(
  transaction: Records,
  turns: readonly SpokenTurn[],
  erasedAt: ReadonlyMap<string, number>,
): Promise<void> {
  const byName = new Map<string, Row>();
  for (const turn of turns) {
    const row = toRow(turn);
    const before = byName.get(nameOf(row));
    byName.set(nameOf(row), before === undefined ? row : withTurn(before, turn));
  }
  await inChunks(inLockOrder(byName), async (chunk) => {
    const written = await upsert(transaction, chunk);
    const isRaced = written.some((row) => row.erased_at !== (erasedAt.get(nameOf(row)) ?? null));
    if (isRaced) {
      throw new DatabaseUnavailable("a conversation was erased concurrently", undefined, "busy");
    }
  });
}

/**
 * Title and user come from the first turn; an empty title marks an erased conversation, which
 * starts anew.
 */
function upsert(transaction: Records, rows: readonly Row[]) {
  const isOpen = sql<boolean>`conversations.title = ''`;
  return transaction
    .insertInto("conversations")
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(["tenant", "id"]).doUpdateSet({
        title: sql`case when ${isOpen} then excluded.title else conversations.title end`,
        user_id: sql`case when ${isOpen} then excluded.user_id else conversations.user_id end`,
        created_at: sql`case when ${isOpen} then excluded.created_at
          else conversations.created_at end`,
        updated_at: sql`case when conversations.updated_at < excluded.updated_at
          then excluded.updated_at else conversations.updated_at end`,
      }),
    )
    .returning(["tenant", "id", "erased_at"])
    .execute();
}

function toRow({ entry, text }: SpokenTurn): Row {
  return {
    tenant: entry.tenant,
    id: entry.conversationId ?? "",
    title: toTitle(text.question),
    user_id: entry.userId,
    forked_from: null,
    created_at: text.askedAt,
    updated_at: entry.createdAt,
    erased_at: null,
  };
}

function withTurn(row: Row, { entry }: SpokenTurn): Row {
  return { ...row, updated_at: Math.max(row.updated_at, entry.createdAt) };
}

/** Matches many keys with one condition: a list of ids per tenant. */
function isOneOf(
  each: ExpressionBuilder<Tables, "conversations">,
  keys: readonly ConversationKey[],
): ExpressionWrapper<Tables, "conversations", SqlBool> {
  const idsByTenant = new Map<string, string[]>();
  for (const { tenant, id } of keys) {
    const ids = idsByTenant.get(tenant);
    if (ids === undefined) idsByTenant.set(tenant, [id]);
    else ids.push(id);
  }
  return each.or(
    [...idsByTenant].map(([tenant, ids]) =>
      each.and([each("conversations.tenant", "=", tenant), each("conversations.id", "in", ids)]),
    ),
  );
}

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
    const row = toOwnerRow(turn);
    if (row !== undefined && !rows.has(ownedName(row))) rows.set(ownedName(row), row);
  }
  if (rows.size === 0) return turns;
  const owners = new Map<string, string>();
  await inChunks(inLockOrder(rows), async (chunk) => {
    await records
      .insertInto("conversation_owners")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["tenant", "conversation_id"]).doNothing())
      .execute();
    for (const row of await findOwners(records, chunk)) owners.set(ownedName(row), row.owner);
  });
  return turns.filter((turn) => {
    const row = toOwnerRow(turn);
    return row === undefined || owners.get(ownedName(row)) === row.owner;
  });
}

type OwnerRow = Insertable<Tables["conversation_owners"]>;

const ownedName = ({ tenant, conversation_id }: OwnerRow) =>
  conversationName(tenant, conversation_id);

function findOwners(records: Records, rows: readonly OwnerRow[]): Promise<OwnerRow[]> {
  return records
    .selectFrom("conversation_owners")
    .select(["tenant", "conversation_id", "owner"])
    .where("tenant", "in", [...new Set(rows.map(({ tenant }) => tenant))])
    .where("conversation_id", "in", [...new Set(rows.map((row) => row.conversation_id))])
    .execute();
}

function toOwnerRow({ entry, text }: EndedTurn): OwnerRow | undefined {
  const { tenant, conversationId } = entry;
  const owner = text?.owner;
  if (owner === undefined || conversationId === null) return undefined;
  return { tenant, conversation_id: conversationId, owner };
}
