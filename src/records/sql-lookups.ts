import { sql, type Insertable } from "kysely";
import type { LoggedLookup, LookupStore } from "../tuning/lookup-types.ts";
import { sampleOrder } from "../tuning/make-lookup.ts";
import { cleanText } from "./dialect.ts";
import { addLabel, dropLabel } from "./lookup-labels.ts";
import { countServed, findLookup, listLookups, readLookups } from "./read-lookups.ts";
import type { Records, Tables } from "./tables.ts";

/** Rows per statement: databases limit the number of parameters. */
const BATCH = 50;

/** The lookup log in the database: writes it, and erases from it. */
export function createSqlLookups(records: Records): LookupStore {
  return {
    async add(lookups) {
      for (let start = 0; start < lookups.length; start += BATCH) {
        await addBatch(records, lookups.slice(start, start + BATCH).map(toLookupRow));
      }
    },
    find: (key) => findLookup(records, key),
    list: (page) => listLookups(records, page),
    all: (selection) => readLookups(records, selection),
    label: ({ tenant, id }, label) => addLabel(records, { tenant, id }, label),
    unlabel: (key) => dropLabel(records, key),
    timesServed: (entries) => countServed(records, entries),
    trim: (bound) => trimLookups(records, bound),
  };
}

async function addBatch(
  records: Records,
  rows: readonly ReturnType<typeof toLookupRow>[],
): Promise<void> {
  const named = rows.flatMap((row) => [row.conversation_id, row.nearest_conversation_id]);
  const ids = named.filter((id) => typeof id === "string");
  const erased = await findErased(records, [...new Set(ids)]);
  const erasedAt = (tenant: string, id: string | null | undefined) =>
    erased.get(JSON.stringify([tenant, id])) ?? Number.NEGATIVE_INFINITY;
  const kept = rows
    .filter(({ tenant, conversation_id, created_at }) => {
      return erasedAt(tenant, conversation_id) < created_at;
    })
    .map((row) =>
      erased.has(JSON.stringify([row.tenant, row.nearest_conversation_id]))
        ? { ...row, nearest_question: null }
        : row,
    );
  if (kept.length === 0) return;
  await records
    .insertInto("lookups")
    .values(kept)
    .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
    .execute();
}

async function findErased(
  records: Records,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await records
    .selectFrom("conversations")
    .select(["tenant", "id", "erased_at"])
    .where("id", "in", ids)
    .where("erased_at", "is not", null)
    .execute();
  return new Map(
    rows.map(({ tenant, id, erased_at: at }) => [JSON.stringify([tenant, id]), at ?? 0]),
  );
}

async function trimLookups(
  records: Records,
  { tenant, keep }: { tenant: string; keep: number },
): Promise<number> {
  const oldestKept = records
    .selectFrom("lookups")
    .select("created_at")
    .where("tenant", "=", tenant)
    .orderBy("created_at", "desc")
    .offset(Math.max(0, keep - 1))
    .limit(1);
  const { numDeletedRows } = await records
    .deleteFrom("lookups")
    .where("tenant", "=", tenant)
    .where("created_at", "<", oldestKept)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Sort bands after near misses, whose bands are hundredths below the threshold. */
const SERVED_BAND = 1_000;
const REST_BAND = 1_001;

/** Converts a lookup to a row. */
function toLookupRow(lookup: LoggedLookup): Insertable<Tables["lookups"]> {
  const { belowBy, thresholds } = lookup;
  return {
    tenant: lookup.tenant,
    id: lookup.id,
    created_at: lookup.createdAt,
    conversation_id: lookup.conversationId,
    scope: lookup.scope,
    question: clean(lookup.question),
    question_hash: lookup.questionHash,
    verdict: lookup.verdict,
    tier: lookup.tier,
    reasons: JSON.stringify(lookup.reasons),
    serve_threshold: thresholds.serve,
    grey_threshold: thresholds.grey,
    ...toNearestColumns(lookup),
    below_by: belowBy,
    near_band: toBand(lookup),
    near_order: sampleOrder(lookup.id),
    candidates: JSON.stringify(lookup.candidates),
    retrieved: lookup.retrieved === null ? null : cleanText(JSON.stringify(lookup.retrieved)),
    embedder_id: lookup.embedderId,
    knowledge_version: lookup.knowledgeVersion,
    stored: Number(lookup.answer !== null),
    answer_tokens: lookup.answer?.tokens ?? 0,
    answer_nano_usd: lookup.answer?.nanoUsd ?? 0n,
    label_same: null,
  };
}

function toBand({ belowBy, verdict, tier }: LoggedLookup): number {
  // The epsilon keeps 0.95 - 0.93 out of the band below: floating-point error makes it less than
  // 0.02.
  if (belowBy !== null) return Math.floor(belowBy * 100 + 1e-9);
  return verdict === "hit" && tier !== "exact" ? SERVED_BAND : REST_BAND;
}

const NOTHING_NEAR = {
  nearest_id: null,
  nearest_similarity: null,
  nearest_serve_from: null,
  nearest_grey_from: null,
  nearest_question: null,
  nearest_hash: null,
  nearest_conversation_id: null,
  nearest_documents: "[]",
  saved_tokens: 0,
  saved_nano_usd: 0n,
  priced: 1,
};

function toNearestColumns({ nearest }: LoggedLookup) {
  if (nearest === null) return NOTHING_NEAR;
  const { servedFrom, saved } = nearest;
  return {
    nearest_id: nearest.entryId,
    nearest_similarity: nearest.similarity,
    nearest_serve_from: servedFrom.serve,
    nearest_grey_from: servedFrom.grey,
    nearest_question: clean(nearest.question),
    nearest_hash: nearest.questionHash,
    nearest_conversation_id: nearest.conversationId,
    nearest_documents: JSON.stringify(nearest.documentIds),
    saved_tokens: saved.tokens,
    saved_nano_usd: saved.nanoUsd,
    priced: Number(saved.priced),
  };
}

function clean(text: string | null): string | null {
  return text === null ? null : cleanText(text);
}

/**
 * Erases a conversation from the lookup log: deletes its lookups, and clears its questions where
 * they were the nearest match of another lookup.
 */
export async function eraseLookups(
  records: Records,
  { tenant, conversationId }: { tenant: string; conversationId: string },
): Promise<void> {
  await records
    .deleteFrom("lookups")
    .where("tenant", "=", tenant)
    .where("conversation_id", "=", conversationId)
    .execute();
  await records
    .updateTable("lookups")
    .set({ nearest_question: null })
    .where("tenant", "=", tenant)
    .where("nearest_conversation_id", "=", conversationId)
    .execute();
}

/**
 * Repeats the erasure for all erased conversations, to catch lookups written concurrently on
 * another connection.
 */
export async function eraseLeftLookups(records: Records): Promise<void> {
  const erased = sql<boolean>`exists (select 1 from conversations
    where conversations.tenant = lookups.tenant
    and conversations.id = lookups.conversation_id
    and conversations.erased_at >= lookups.created_at)`;
  const asked = sql<boolean>`exists (select 1 from conversations
    where conversations.tenant = lookups.tenant
    and conversations.id = lookups.nearest_conversation_id
    and conversations.erased_at is not null)`;
  await records.deleteFrom("lookups").where(erased).execute();
  await records
    .updateTable("lookups")
    .set({ nearest_question: null })
    .where("nearest_question", "is not", null)
    .where(asked)
    .execute();
}
