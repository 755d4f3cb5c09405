import { sql } from "kysely";
import { z } from "zod";
import {
  REVIEW_ACTIONS,
  type FeedbackListing,
  type FeedbackStore,
  type StoredFeedback,
} from "../feedback/types.ts";
import type { Page } from "../knowledge/types.ts";
import type { Records, Tables } from "./tables.ts";
import { cursorText, readCursor, toCursor } from "../operations/list-cursor.ts";

const ratingSchema = z.enum(["up", "down"]);
const actionSchema = z.enum(REVIEW_ACTIONS);
const cursorSchema = z.tuple([z.int(), cursorText]);

/** Readers' ratings in the database: one per message, the last one counts. */
export function createSqlFeedback(records: Records): FeedbackStore {
  return {
    put: (feedback) => putRating(records, feedback),

    async find({ tenant, messageId }) {
      const row = await select(records, tenant)
        .where("message_id", "=", messageId)
        .executeTakeFirst();
      return row === undefined ? undefined : toFeedback(row);
    },

    list: (listing) => listFeedback(records, listing),

    async ratingsOf({ tenant, conversationId }) {
      const rows = await records
        .selectFrom("feedback")
        .select(["message_id", "rating"])
        .where("tenant", "=", tenant)
        .where("conversation_id", "=", conversationId)
        .execute();
      return new Map(rows.map(({ message_id: id, rating }) => [id, ratingSchema.parse(rating)]));
    },

    async resolve({ tenant, messageId }, { action, author, at }) {
      const { numUpdatedRows } = await records
        .updateTable("feedback")
        .set({ resolved_as: action, resolved_by: author, resolved_at: at })
        .where("tenant", "=", tenant)
        .where("message_id", "=", messageId)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

async function putRating(
  records: Records,
  { tenant, messageId, rating, comment, createdAt, ...about }: Parameters<FeedbackStore["put"]>[0],
): Promise<void> {
  const values = {
    rating,
    comment,
    created_at: createdAt,
    conversation_id: about.conversationId,
    question: about.question,
    entry_id: about.entryId,
    resolved_as: null,
    resolved_by: null,
    resolved_at: null,
  };
  await records
    .insertInto("feedback")
    .values({ tenant, message_id: messageId, ...values })
    .onConflict((conflict) => conflict.columns(["tenant", "message_id"]).doUpdateSet(values))
    .execute();
}

async function listFeedback(
  records: Records,
  { tenant, reason, state, limit, cursor }: FeedbackListing,
): Promise<Page<StoredFeedback>> {
  let found = select(records, tenant).where(
    "resolved_at",
    state === "open" ? "is" : "is not",
    null,
  );
  found =
    reason === "reported"
      ? found.where("rating", "=", "down")
      : found.where("rating", "=", "up").where("comment", "is not", null);
  if (cursor !== undefined) {
    const [time, id] = readCursor(cursor, cursorSchema);
    found = found.where(sql<boolean>`(feedback.created_at, message_id) < (${time}, ${id})`);
  }
  const rows = await found
    .orderBy("feedback.created_at", "desc")
    .orderBy("message_id", "desc")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    rows: page.map(toFeedback),
    nextCursor: last === undefined ? null : toCursor([last.created_at, last.message_id]),
  };
}

/** With the answer as the reader got it, from the transcript. */
function select(records: Records, tenant: string) {
  return records
    .selectFrom("feedback")
    .leftJoin("messages", (join) =>
      join
        .onRef("messages.tenant", "=", "feedback.tenant")
        .onRef("messages.id", "=", "feedback.message_id"),
    )
    .selectAll("feedback")
    .select("messages.content as answer")
    .where("feedback.tenant", "=", tenant);
}

function toFeedback(row: Tables["feedback"] & { answer: string | null }): StoredFeedback {
  const { resolved_at: at } = row;
  return {
    tenant: row.tenant,
    messageId: row.message_id,
    rating: ratingSchema.parse(row.rating),
    comment: row.comment,
    createdAt: row.created_at,
    conversationId: row.conversation_id,
    question: row.question,
    entryId: row.entry_id,
    answer: row.answer,
    resolution:
      at === null
        ? null
        : { action: actionSchema.parse(row.resolved_as), author: row.resolved_by ?? "", at },
  };
}
