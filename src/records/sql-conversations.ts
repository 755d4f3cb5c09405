import {
  sql,
  type ExpressionBuilder,
  type ExpressionWrapper,
  type Insertable,
  type SqlBool,
} from "kysely";
import { DatabaseUnavailable } from "./database-unavailable.ts";
import type { Records, Tables } from "./database.ts";
import { inChunks, hasRowLocks } from "./statements.ts";
import { conversationName, toTitle, type SpokenTurn } from "./turn-rows.ts";

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

/** Sorted, so that two writers always lock rows in the same order and cannot deadlock. */
function keysOf(turns: readonly SpokenTurn[]): readonly ConversationKey[] {
  const keys = new Map<string, ConversationKey>();
  for (const { entry } of turns) {
    const key = { tenant: entry.tenant, id: entry.conversationId ?? "" };
    keys.set(nameOf(key), key);
  }
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
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
  const rows = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await inChunks(rows, async (chunk) => {
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
