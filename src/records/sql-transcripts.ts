import { sql, type RawBuilder, type SelectQueryBuilder } from "kysely";
import { z } from "zod";
import type { Caller } from "../identity/types.ts";
import { citationSchema } from "../knowledge/citation-schema.ts";
import type {
  AnswerDetails,
  ConversationSummary,
  TranscriptMessage,
  Transcripts,
} from "../transcripts/types.ts";
import type { Records, Tables } from "./tables.ts";
import { eraseLookups } from "./sql-lookups.ts";
import { cursorText, readCursor, toCursor } from "../operations/list-cursor.ts";

type Conversations = SelectQueryBuilder<Tables, "conversations", SummaryRow>;

interface SummaryRow {
  id: string;
  user_id: string | null;
  title: string;
  forked_from: string | null;
  created_at: number;
  updated_at: number;
  messages: number;
}

const INSERT_BATCH = 100;
const cursorSchema = z.tuple([z.int(), cursorText]);

/** Conversations and their messages in the database. */
export function createSqlTranscripts(records: Records): Transcripts {
  return {
    async list({ tenant, caller, userId, query, limit, cursor }) {
      let found = selectConversations(records, tenant);
      if (caller?.seesTenant === false) found = ofCaller(found, tenant, caller);
      if (userId !== undefined) found = ofUser(found, { tenant, userId });
      if (query !== undefined) found = containing(found, query);
      if (cursor !== undefined) found = olderThan(found, cursor);
      const rows = await found
        .orderBy("conversations.updated_at", "desc")
        .orderBy("conversations.id", "desc")
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        rows: page.map(toSummary),
        nextCursor: last === undefined ? null : toCursor([last.updated_at, last.id]),
      };
    },

    async find({ tenant, conversationId }) {
      const row = await selectConversations(records, tenant)
        .where("conversations.id", "=", conversationId)
        .executeTakeFirst();
      return row === undefined ? undefined : toSummary(row);
    },

    async read(key) {
      return (await selectMessages(records, key)).map(toMessage);
    },

    fork: (from) =>
      records.transaction().execute((transaction) => forkConversation(transaction, from)),
    erase: (key) =>
      records.transaction().execute((transaction) => eraseConversation(transaction, key)),
  };
}

/** Selects conversations with text. An empty title marks an erased conversation. */
function selectConversations(records: Records, tenant: string): Conversations {
  return records
    .selectFrom("conversations")
    .select(["id", "user_id", "title", "forked_from", "created_at", "updated_at"])
    .select(
      sql<number>`(select count(*) from messages
        where messages.tenant = conversations.tenant
        and messages.conversation_id = conversations.id)`.as("messages"),
    )
    .where("conversations.tenant", "=", tenant)
    .where("conversations.title", "<>", "");
}

/**
 * Restricts to the caller's conversations. The only key of a tenant also sees those without an
 * owner.
 */
function ofCaller(
  conversations: Conversations,
  tenant: string,
  { owner, seesUnowned }: Caller,
): Conversations {
  return conversations.where((each) => {
    const ownersOf = each
      .selectFrom("conversation_owners")
      .select("conversation_owners.conversation_id")
      .where("conversation_owners.tenant", "=", tenant);
    const own = each(
      "conversations.id",
      "in",
      ownersOf.where("conversation_owners.owner", "=", owner ?? ""),
    );
    return seesUnowned ? each.or([own, each("conversations.id", "not in", ownersOf)]) : own;
  });
}

/** Restricts to conversations in which the user has asked, whoever started them. */
function ofUser(
  conversations: Conversations,
  { tenant, userId }: { tenant: string; userId: string },
): Conversations {
  return conversations.where("conversations.id", "in", (expression) =>
    expression
      .selectFrom("conversation_users")
      .select("conversation_users.conversation_id")
      .where("conversation_users.tenant", "=", tenant)
      .where("conversation_users.user_id", "=", userId),
  );
}

function containing(conversations: Conversations, query: string): Conversations {
  const wanted = query.toLowerCase();
  const pattern = `%${wanted.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const content = lowerCase(sql<string>`messages.content`, wanted);
  return conversations.where((expression) =>
    expression.exists(
      expression
        .selectFrom("messages")
        .select("messages.id")
        .whereRef("messages.tenant", "=", "conversations.tenant")
        .whereRef("messages.conversation_id", "=", "conversations.id")
        .where(sql<boolean>`${content} like ${pattern} escape '\\'`),
    ),
  );
}

/** Lower-cases the letters that occur in the query: the `lower` of SQLite only covers A to Z. */
function lowerCase(text: RawBuilder<string>, query: string): RawBuilder<string> {
  const letters = new Set(query.match(/[^\p{ASCII}]/gu));
  let lowered = sql<string>`lower(${text})`;
  for (const letter of letters) {
    const capital = letter.toUpperCase();
    if (capital.toLowerCase() === letter && capital !== letter) {
      lowered = sql<string>`replace(${lowered}, ${capital}, ${letter})`;
    }
  }
  return lowered;
}

function olderThan(conversations: Conversations, cursor: string): Conversations {
  const [updatedAt, id] = readCursor(cursor, cursorSchema);
  return conversations.where((expression) =>
    expression.or([
      expression("conversations.updated_at", "<", updatedAt),
      expression.and([
        expression("conversations.updated_at", "=", updatedAt),
        expression("conversations.id", "<", id),
      ]),
    ]),
  );
}

function selectMessages(
  records: Records,
  { tenant, conversationId }: { tenant: string; conversationId: string },
) {
  return records
    .selectFrom("messages")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("conversation_id", "=", conversationId)
    .orderBy("turn_order")
    .orderBy("turn_id")
    .orderBy("side")
    .execute();
}

async function forkConversation(
  records: Records,
  from: Parameters<Transcripts["fork"]>[0],
): Promise<ConversationSummary | undefined> {
  const { tenant, newConversationId, upToMessageId, now } = from;
  const all = await selectMessages(records, from);
  const last =
    upToMessageId === undefined ? all.at(-1) : all.find(({ id }) => id === upToMessageId);
  const original = await selectConversations(records, tenant)
    .where("conversations.id", "=", from.conversationId)
    .executeTakeFirst();
  if (last === undefined || original === undefined) return undefined;
  const end = all.findLastIndex(({ turn_id }) => turn_id === last.turn_id);
  const copied = all.slice(0, end + 1);
  const { user_id, title } = original;
  const created = { created_at: now, updated_at: now, erased_at: null };
  const fork = { id: newConversationId, user_id, title, forked_from: from.conversationId };
  await records
    .insertInto("conversations")
    .values({ tenant, ...fork, ...created })
    .execute();
  const turnIds = new Map(copied.map(({ turn_id }) => [turn_id, from.newId()]));
  const rows = copied.map((row) => {
    const turnId = turnIds.get(row.turn_id) ?? from.newId();
    const id = row.side === 0 ? `${turnId}-question` : turnId;
    return { ...row, conversation_id: newConversationId, turn_id: turnId, id };
  });
  for (let start = 0; start < rows.length; start += INSERT_BATCH) {
    await records
      .insertInto("messages")
      .values(rows.slice(start, start + INSERT_BATCH))
      .execute();
  }
  await copyUsers(records, from);
  if (from.owner !== undefined) {
    await records
      .insertInto("conversation_owners")
      .values({ tenant, conversation_id: newConversationId, owner: from.owner })
      .execute();
  }
  return toSummary({ ...fork, ...created, messages: rows.length });
}

async function copyUsers(
  records: Records,
  { tenant, conversationId, newConversationId }: Parameters<Transcripts["fork"]>[0],
): Promise<void> {
  await records
    .insertInto("conversation_users")
    .columns(["tenant", "user_id", "conversation_id"])
    .expression((expression) =>
      expression
        .selectFrom("conversation_users")
        .select((each) => ["tenant", "user_id", each.val(newConversationId).as("conversation_id")])
        .where("tenant", "=", tenant)
        .where("conversation_id", "=", conversationId),
    )
    .execute();
}

/** Keeps an empty row with the time of the erasure, so that turns that arrive later are dropped. */
async function eraseConversation(
  records: Records,
  { tenant, conversationId, now }: Parameters<Transcripts["erase"]>[0],
): Promise<boolean> {
  const emptied = { title: "", user_id: null, forked_from: null, erased_at: now };
  const dates = { created_at: now, updated_at: now };
  await records
    .insertInto("conversations")
    .values({ tenant, id: conversationId, ...emptied, ...dates })
    .onConflict((conflict) => conflict.columns(["tenant", "id"]).doUpdateSet(emptied))
    .execute();
  const ofConversation = records
    .selectFrom("messages")
    .select("id")
    .where("tenant", "=", tenant)
    .where("conversation_id", "=", conversationId);
  await records
    .deleteFrom("feedback")
    .where("tenant", "=", tenant)
    .where("message_id", "in", ofConversation)
    .execute();
  await eraseLookups(records, { tenant, conversationId });
  for (const table of [
    "feedback",
    "idempotency_keys",
    "responses",
    "conversation_users",
    "conversation_owners",
  ] as const) {
    await records
      .deleteFrom(table)
      .where("tenant", "=", tenant)
      .where("conversation_id", "=", conversationId)
      .execute();
  }
  const deleted = await records
    .deleteFrom("messages")
    .where("tenant", "=", tenant)
    .where("conversation_id", "=", conversationId)
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

function toSummary(row: SummaryRow): ConversationSummary {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    forkedFrom: row.forked_from,
    messages: row.messages,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const detailsSchema = z.object({
  model: z.string(),
  status: z.string(),
  tier: z.string().nullable(),
  finishReason: z.string(),
  citations: z.array(citationSchema),
  again: z.boolean().optional(),
});

function toMessage(row: Tables["messages"]): TranscriptMessage {
  return {
    id: row.id,
    role: row.role === "user" ? "user" : "assistant",
    content: row.content,
    createdAt: row.created_at,
    details: row.details === null ? null : readDetails(row.details),
  };
}

function readDetails(text: string): AnswerDetails {
  return detailsSchema.parse(JSON.parse(text));
}
