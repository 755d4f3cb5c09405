import type { Insertable } from "kysely";
import type { EndedTurn, TurnStore, TurnText } from "../transcripts/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import type { Records, Tables } from "./database.ts";
import { addToQuarters } from "./usage-quarters.ts";
import { cleanText } from "./clean-text.ts";

/** Rows in one statement; databases bound the number of parameters. */
const BATCH = 100;
const TITLE_CHARACTERS = 120;

type SpokenTurn = EndedTurn & { readonly text: TurnText };

interface ConversationRow {
  readonly tenant: string;
  readonly id: string;
  readonly title: string;
  readonly erased_at: number | null;
}

/** Ledger and transcript in the database. */
export function createSqlTurns(records: Records): TurnStore {
  return {
    async record(turns) {
      if (turns.length === 0) return;
      await records.transaction().execute(async (transaction) => {
        await recordTexts(transaction, turns.filter(isSpoken));
        const counted: LedgerEntry[] = [];
        await inBatches(turns, async (batch) => {
          counted.push(...(await countTurns(transaction, batch)));
        });
        await addToQuarters(transaction, counted);
      });
    },

    async missing(turns) {
      const found = new Set<string>();
      await inBatches(turns, async (batch) => {
        const rows = await records
          .selectFrom("usage")
          .select(["tenant", "id"])
          .where(
            "id",
            "in",
            batch.map(({ entry }) => entry.id),
          )
          .where("tenant", "in", [...new Set(batch.map(({ entry }) => entry.tenant))])
          .execute();
        for (const { tenant, id } of rows) found.add(JSON.stringify([tenant, id]));
      });
      return turns.filter(({ entry }) => !found.has(JSON.stringify([entry.tenant, entry.id])));
    },
  };
}

/** Gives the entries that were not in the ledger. */
async function countTurns(
  records: Records,
  turns: readonly EndedTurn[],
): Promise<readonly LedgerEntry[]> {
  const inserted = await records
    .insertInto("usage")
    .values(turns.map(({ entry }) => toUsageRow(entry)))
    .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
    .returning(["tenant", "id"])
    .execute();
  const unseen = new Set(inserted.map(({ tenant, id }) => JSON.stringify([tenant, id])));
  return turns
    .map(({ entry }) => entry)
    .filter(({ tenant, id }) => unseen.delete(JSON.stringify([tenant, id])));
}

function isSpoken(turn: EndedTurn): turn is SpokenTurn {
  return turn.text !== null && turn.entry.conversationId !== null;
}

async function recordTexts(records: Records, turns: readonly SpokenTurn[]): Promise<void> {
  const byConversation = new Map<string, SpokenTurn[]>();
  for (const turn of turns) {
    byConversation.set(nameOf(turn), [...(byConversation.get(nameOf(turn)) ?? []), turn]);
  }
  // In one order everywhere, so that two writers never wait for each other.
  for (const name of [...byConversation.keys()].sort()) {
    const own = (byConversation.get(name) ?? []).toSorted((a, b) => a.text.order - b.text.order);
    const conversation = await touchConversation(records, own);
    const erasedAt = conversation?.erased_at ?? Number.NEGATIVE_INFINITY;
    const kept = own.filter(({ text }) => text.askedAt > erasedAt);
    const first = kept[0];
    if (conversation === undefined || first === undefined) continue;
    if (conversation.title === "") await openConversation(records, conversation, first);
    await inBatches(kept.flatMap(toMessageRows), (rows) =>
      records
        .insertInto("messages")
        .values(rows)
        .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
        .execute(),
    );
    await recordUsers(records, conversation, kept);
  }
}

async function recordUsers(
  records: Records,
  { tenant, id }: ConversationRow,
  turns: readonly SpokenTurn[],
): Promise<void> {
  const users = new Set(turns.flatMap(({ entry }) => entry.userId ?? []));
  await inBatches([...users], (batch) =>
    records
      .insertInto("conversation_users")
      .values(batch.map((user_id) => ({ tenant, user_id, conversation_id: id })))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

function nameOf({ entry }: SpokenTurn): string {
  return JSON.stringify([entry.tenant, entry.conversationId]);
}

/** Makes the conversation or moves it to the front; locks it until the transaction ends. */
function touchConversation(
  records: Records,
  turns: readonly SpokenTurn[],
): Promise<ConversationRow | undefined> {
  const first = turns[0];
  if (first === undefined) return Promise.resolve(undefined);
  const { tenant, conversationId } = first.entry;
  const updatedAt = Math.max(...turns.map(({ entry }) => entry.createdAt));
  return records
    .insertInto("conversations")
    .values({
      tenant,
      id: conversationId ?? "",
      title: "",
      user_id: null,
      forked_from: null,
      created_at: first.text.askedAt,
      updated_at: updatedAt,
      erased_at: null,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "id"]).doUpdateSet((expression) => ({
        updated_at: expression
          .case()
          .when("conversations.updated_at", "<", updatedAt)
          .then(updatedAt)
          .else(expression.ref("conversations.updated_at"))
          .end(),
      })),
    )
    .returning(["tenant", "id", "title", "erased_at"])
    .executeTakeFirst();
}

/** An empty title is that of a conversation of which nothing is kept yet, or any more. */
async function openConversation(
  records: Records,
  { tenant, id }: ConversationRow,
  { entry, text }: SpokenTurn,
): Promise<void> {
  await records
    .updateTable("conversations")
    .set({ title: toTitle(text.question), user_id: entry.userId, created_at: text.askedAt })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
}

function toTitle(question: string): string {
  const line = cleanText(question).replace(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARACTERS) return line === "" ? "…" : line;
  return `${cleanText(line.slice(0, TITLE_CHARACTERS - 1))}…`;
}

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

async function inBatches<Row>(
  rows: readonly Row[],
  run: (batch: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    await run(rows.slice(start, start + BATCH));
  }
}
