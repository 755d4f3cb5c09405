import { setTimeout as sleep } from "node:timers/promises";
import type { EndedTurn, DeferredTurn, TurnStore } from "../transcripts/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";
import type { Insertable } from "kysely";
import type { Records, Tables } from "./tables.ts";
import { boundWaits, cleanText, hasRowLocks, inChunks, inLockOrder } from "./dialect.ts";
import {
  keepOwnedTurns,
  findConversations,
  touchConversations,
  conversationName,
  isSpoken,
  type SpokenTurn,
} from "./sql-conversations.ts";
import { addToQuarters } from "./usage-quarters.ts";

const BATCH = 250;
/** Delays in milliseconds before turns with a locked row are retried. Most locks are short. */
const HELD_MS = [10, 20, 40, 80, 160, 320] as const;
/** SQLite writes on this thread, so its batches are smaller to keep the event loop responsive. */
const BATCH_IN_THIS_THREAD = 50;

/**
 * Writes turns to the ledger and the transcript. A batch is one short transaction with one
 * statement per table. The transaction holds nothing while waiting for locked rows. Turns whose row
 * stays locked after all retries are returned as deferred.
 */
export function createSqlTurns(records: Records): TurnStore {
  /** Conversations whose row stayed locked at the last attempt. They are not waited for again. */
  const stuck = new Set<string>();

  const attempt = (turns: readonly EndedTurn[]) =>
    records.transaction().execute((transaction) => recordTurns(transaction, turns));

  return {
    batch: hasRowLocks(records) ? BATCH : BATCH_IN_THIS_THREAD,
    async record(turns) {
      if (turns.length === 0) return [];
      let held = await attempt(turns.toSorted(byId));
      for (const wait of HELD_MS) {
        if (held.every(({ turn }) => stuck.has(conversationOf(turn)))) break;
        await sleep(wait);
        // If the retry fails, the turns stay deferred.
        held = await attempt(held.map(({ turn }) => turn)).catch(() => held);
      }
      for (const turn of turns) stuck.delete(conversationOf(turn));
      for (const { turn } of held) stuck.add(conversationOf(turn));
      return held;
    },

    async missing(turns) {
      const found = new Set<string>();
      await inChunks(turns, async (chunk) => {
        const rows = await records
          .selectFrom("usage")
          .select(["tenant", "id"])
          .where(
            "id",
            "in",
            chunk.map(({ entry }) => entry.id),
          )
          .where("tenant", "in", [...new Set(chunk.map(({ entry }) => entry.tenant))])
          .execute();
        for (const row of rows) found.add(nameOf(row));
      });
      return turns.filter(({ entry }) => !found.has(nameOf(entry)));
    },
  };
}

async function recordTurns(
  transaction: Records,
  turns: readonly EndedTurn[],
): Promise<readonly DeferredTurn[]> {
  await boundWaits(transaction);
  const { erasedAt, held } = await findConversations(transaction, turns.filter(isSpoken));
  const isHeld = (turn: EndedTurn) => isSpoken(turn) && held.has(conversationOf(turn));
  const free = turns.filter((turn) => !isHeld(turn));
  const owned = await keepOwnedTurns(transaction, free.filter(isSpoken));
  const kept = owned
    .filter((turn) => turn.text.askedAt > (erasedAt.get(conversationOf(turn)) ?? -Infinity))
    .toSorted((a, b) => a.text.order - b.text.order);
  await touchConversations(transaction, kept, erasedAt);
  await recordMessages(transaction, kept);
  await recordUsers(transaction, kept);
  await addToQuarters(transaction, await countTurns(transaction, free));
  return turns.filter(isHeld).map((turn) => ({ turn, cause: heldCause() }));
}

async function recordMessages(transaction: Records, turns: readonly SpokenTurn[]): Promise<void> {
  const rows = turns.flatMap(toMessageRows).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  await inChunks(rows, (chunk) =>
    transaction
      .insertInto("messages")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
      .execute(),
  );
}

async function recordUsers(transaction: Records, turns: readonly SpokenTurn[]): Promise<void> {
  const users = new Map<string, { tenant: string; user_id: string; conversation_id: string }>();
  for (const { entry } of turns) {
    const { tenant, userId, conversationId } = entry;
    if (userId === null || conversationId === null) continue;
    const name = JSON.stringify([tenant, userId, conversationId]);
    users.set(name, { tenant, user_id: userId, conversation_id: conversationId });
  }
  await inChunks(inLockOrder(users), (chunk) =>
    transaction
      .insertInto("conversation_users")
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** Inserts ledger rows. Returns the entries that were not in the ledger before. */
async function countTurns(
  transaction: Records,
  turns: readonly EndedTurn[],
): Promise<readonly LedgerEntry[]> {
  const unseen = new Set<string>();
  await inChunks(turns, async (chunk) => {
    const inserted = await transaction
      .insertInto("usage")
      .values(chunk.map(({ entry }) => toUsageRow(entry)))
      .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
      .returning(["tenant", "id"])
      .execute();
    for (const row of inserted) unseen.add(nameOf(row));
  });
  return turns.map(({ entry }) => entry).filter((entry) => unseen.delete(nameOf(entry)));
}

/** Sorted, so that two writers always lock rows in the same order and cannot deadlock. */
function byId(a: EndedTurn, b: EndedTurn): number {
  return nameOf(a.entry) < nameOf(b.entry) ? -1 : 1;
}

function nameOf({ tenant, id }: { tenant: string; id: string }): string {
  return JSON.stringify([tenant, id]);
}

function conversationOf({ entry }: EndedTurn): string {
  return conversationName(entry.tenant, entry.conversationId);
}

function heldCause(): DatabaseUnavailable {
  return new DatabaseUnavailable(
    "another transaction has locked the conversation",
    undefined,
    "busy",
  );
}

/** The two message rows of a turn: question and answer. */
function toMessageRows({ entry, text }: SpokenTurn): Insertable<Tables["messages"]>[] {
  const base = {
    tenant: entry.tenant,
    conversation_id: entry.conversationId ?? "",
    turn_order: text.order,
    turn_id: entry.id,
  };
  const details = {
    model: entry.usage.model,
    status: entry.status,
    tier: entry.tier,
    finishReason: entry.finishReason,
    citations: text.citations,
    ...(text.again === true && { again: true }),
  };
  const question = {
    ...base,
    side: 0,
    id: `${entry.id}-question`,
    role: "user",
    content: cleanText(text.question),
    details: null,
    created_at: text.askedAt,
  };
  const answer = {
    ...base,
    side: 1,
    id: entry.id,
    role: "assistant",
    content: cleanText(text.answer),
    details: cleanText(JSON.stringify(details)),
    created_at: entry.createdAt,
  };
  return [question, answer];
}

/** The ledger row of a turn. */
function toUsageRow(entry: LedgerEntry): Insertable<Tables["usage"]> {
  const { usage, cost, saved } = entry;
  return {
    tenant: entry.tenant,
    id: entry.id,
    created_at: entry.createdAt,
    conversation_id: entry.conversationId,
    user_id: entry.userId,
    model: usage.model,
    status: entry.status,
    tier: entry.tier,
    finish_reason: entry.finishReason,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    cached_prompt_tokens: usage.cachedPromptTokens,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
    reasoning_tokens: usage.reasoningTokens ?? 0,
    embedding_tokens: usage.embeddingTokens,
    estimated: usage.estimated ? 1 : 0,
    saved_prompt_tokens: saved.promptTokens,
    saved_completion_tokens: saved.completionTokens,
    total_nano_usd: cost.totalNanoUsd,
    saved_nano_usd: cost.savedNanoUsd,
    net_saved_nano_usd: cost.netSavedNanoUsd,
    priced: cost.priced ? 1 : 0,
    total_ms: Math.round(entry.totalMs),
  };
}
