import { sql } from "kysely";
import type { LedgerEntry, LedgerRange } from "../usage/types.ts";
import type { Records, Tables } from "./tables.ts";
import { withinRange } from "./ledger-sums.ts";

/** Rows per page. Each page is a query of its own, so that a slow reader holds no connection. */
const PAGE = 1_000;

const COLUMNS = [
  "tenant",
  "id",
  "created_at",
  "conversation_id",
  "user_id",
  "model",
  "status",
  "tier",
  "finish_reason",
  "prompt_tokens",
  "completion_tokens",
  "cached_prompt_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "embedding_tokens",
  "estimated",
  "saved_prompt_tokens",
  "saved_completion_tokens",
  "priced",
  "total_ms",
] as const;

type EntryRow = Pick<Tables["usage"], (typeof COLUMNS)[number]> & {
  total: string;
  saved: string;
  net_saved: string;
};

/** The ledger's entries, oldest first. */
export async function* readEntries(
  records: Records,
  range: LedgerRange,
): AsyncGenerator<LedgerEntry> {
  let last: EntryRow | undefined;
  do {
    const rows: EntryRow[] = await readPage(records, range, last);
    for (const row of rows) yield toEntry(row);
    last = rows.length < PAGE ? undefined : rows.at(-1);
  } while (last !== undefined);
}

function readPage(
  records: Records,
  range: LedgerRange,
  last: EntryRow | undefined,
): Promise<EntryRow[]> {
  let rows = withinRange(records.selectFrom("usage"), range)
    .select(COLUMNS)
    .select([
      sql<string>`cast(total_nano_usd as text)`.as("total"),
      sql<string>`cast(saved_nano_usd as text)`.as("saved"),
      sql<string>`cast(net_saved_nano_usd as text)`.as("net_saved"),
    ]);
  if (last !== undefined) {
    const { created_at, tenant, id } = last;
    // Redundant with the row comparison, but lets the database start at this point of the index.
    rows = rows
      .where("created_at", ">=", created_at)
      .where(sql<boolean>`(created_at, tenant, id) > (${created_at}, ${tenant}, ${id})`);
  }
  return rows.orderBy("created_at").orderBy("tenant").orderBy("id").limit(PAGE).execute();
}

function toEntry(row: EntryRow): LedgerEntry {
  return {
    id: row.id,
    tenant: row.tenant,
    createdAt: row.created_at,
    conversationId: row.conversation_id,
    userId: row.user_id,
    status: row.status,
    tier: row.tier,
    finishReason: row.finish_reason,
    usage: {
      model: row.model,
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      totalTokens: row.prompt_tokens + row.completion_tokens,
      cachedPromptTokens: row.cached_prompt_tokens,
      cacheWriteTokens: row.cache_write_tokens,
      reasoningTokens: row.reasoning_tokens,
      embeddingTokens: row.embedding_tokens,
      estimated: row.estimated === 1,
    },
    saved: { promptTokens: row.saved_prompt_tokens, completionTokens: row.saved_completion_tokens },
    cost: {
      totalNanoUsd: BigInt(row.total),
      savedNanoUsd: BigInt(row.saved),
      netSavedNanoUsd: BigInt(row.net_saved),
      priced: row.priced === 1,
    },
    totalMs: row.total_ms,
  };
}
