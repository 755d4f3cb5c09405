import { sql, type Selectable, type SelectQueryBuilder } from "kysely";
import { z } from "zod";
import type { CacheReason } from "../chat/types.ts";
import type {
  LabelledLookup,
  LoggedLookup,
  LookupLabel,
  LookupSelection,
  LookupStore,
} from "../tuning/lookup-types.ts";
import { cursorText, readCursor, toCursor } from "../operations/list-cursor.ts";
import { readLabels } from "./lookup-labels.ts";
import type { Records, Tables } from "./tables.ts";

/** A row of the lookup log; money is read as text. */
type LookupRow = Selectable<Tables["lookups"]> & { saved_text: string; answer_text: string };
type Lookups = SelectQueryBuilder<Tables, "lookups", LookupRow>;

/** Rows per page when all lookups are read. */
const PAGE = 500;

/** Conditions of lookups for review. */
const REVIEWED = {
  unsure: sql<boolean>`verdict = 'hit' and (tier = 'verified'
    or (tier = 'semantic' and nearest_similarity < serve_threshold + 0.02))`,
  stale: sql<boolean>`verdict = 'miss' and nearest_id is not null
    and reasons like '%"stale-evidence"%'`,
} as const;

const newestCursor = z.tuple([z.literal("newest"), z.int(), cursorText]);
const nearestCursor = z.tuple([z.literal("nearest"), z.int32(), z.int(), cursorText]);

/** One lookup of the log with its labels. */
export async function findLookup(
  records: Records,
  { tenant, id }: { tenant: string; id: string },
): Promise<LabelledLookup | undefined> {
  const rows = await select(records, { tenant }).where("id", "=", id).execute();
  return (await withLabels(records, rows))[0];
}

/** A page of the log. */
export async function listLookups(
  records: Records,
  { nearMissesFirst, limit, cursor, ...selection }: Parameters<LookupStore["list"]>[0],
): ReturnType<LookupStore["list"]> {
  const found = select(records, selection);
  const sorted = nearMissesFirst ? nearest(found, cursor) : newest(found, cursor);
  const rows = await sorted.limit(limit + 1).execute();
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    rows: await withLabels(records, page),
    nextCursor: last === undefined ? null : toCursor(placeOf(last, nearMissesFirst)),
  };
}

/** How often each entry was served, and when last. */
export async function countServed(
  records: Records,
  { tenant, entryIds }: Parameters<LookupStore["timesServed"]>[0],
): ReturnType<LookupStore["timesServed"]> {
  if (entryIds.length === 0) return new Map();
  const rows = await records
    .selectFrom("lookups")
    .select(["nearest_id", sql<number>`count(*)`.as("hits")])
    .select(sql<number>`max(created_at)`.as("last_at"))
    .where("tenant", "=", tenant)
    .where("verdict", "=", "hit")
    .where("nearest_id", "in", entryIds)
    .groupBy("nearest_id")
    .execute();
  return new Map(
    rows.map((row) => [row.nearest_id ?? "", { hits: row.hits, lastAt: row.last_at }]),
  );
}

function select(records: Records, selection: LookupSelection): Lookups {
  const { tenant, label, verdict, review, from, to } = selection;
  let found: Lookups = records
    .selectFrom("lookups")
    .selectAll("lookups")
    .select(sql<string>`cast(saved_nano_usd as text)`.as("saved_text"))
    .select(sql<string>`cast(answer_nano_usd as text)`.as("answer_text"))
    .where("tenant", "=", tenant);
  if (verdict !== undefined) found = found.where("verdict", "=", verdict);
  if (from !== undefined) found = found.where("created_at", ">=", from);
  if (to !== undefined) found = found.where("created_at", "<", to);
  if (review !== undefined) found = found.where(REVIEWED[review]);
  if (label === "none") return found.where("label_same", "is", null);
  if (label === "any") return found.where("label_same", "is not", null);
  if (label !== undefined) return found.where("label_same", "=", Number(label === "same"));
  return found;
}

function newest(found: Lookups, cursor: string | undefined): Lookups {
  let rows = found;
  if (cursor !== undefined) {
    const [, time, id] = readCursor(cursor, newestCursor);
    rows = rows.where(sql<boolean>`(created_at, id) < (${time}, ${id})`);
  }
  return rows.orderBy("created_at", "desc").orderBy("id", "desc");
}

function nearest(found: Lookups, cursor: string | undefined): Lookups {
  let rows = found;
  if (cursor !== undefined) {
    const [, band, order, id] = readCursor(cursor, nearestCursor);
    rows = rows.where((expression) =>
      expression.or([
        expression("near_band", ">", band),
        expression.and([
          expression("near_band", "=", band),
          sql<boolean>`(near_order, id) > (${order}, ${id})`,
        ]),
      ]),
    );
  }
  return rows.orderBy("near_band").orderBy("near_order").orderBy("id");
}

function placeOf(row: LookupRow, nearMissesFirst: boolean): readonly unknown[] {
  return nearMissesFirst
    ? ["nearest", row.near_band, row.near_order, row.id]
    : ["newest", row.created_at, row.id];
}

async function withLabels(records: Records, rows: readonly LookupRow[]): Promise<LabelledLookup[]> {
  const labels = await readLabels(records, rows);
  return rows.map((row) => toLookup(row, labels.get(row.id) ?? []));
}

/** All lookups, oldest first. */
export async function* readLookups(
  records: Records,
  selection: LookupSelection,
): AsyncGenerator<LabelledLookup> {
  let last: LookupRow | undefined;
  do {
    let page = select(records, selection);
    if (last !== undefined) {
      const { created_at: time, id } = last;
      page = page.where(sql<boolean>`(created_at, id) > (${time}, ${id})`);
    }
    const rows = await page.orderBy("created_at").orderBy("id").limit(PAGE).execute();
    yield* await withLabels(records, rows);
    last = rows.length < PAGE ? undefined : rows.at(-1);
  } while (last !== undefined);
}

const from = z.number().nullable();
const candidatesSchema = z.array(
  z.object({
    entryId: z.string(),
    similarity: z.number(),
    servedFrom: z.object({ serve: from, grey: from }),
  }),
);
const place = z.object({ documentId: z.string(), headings: z.string() }).nullable();
const retrievedSchema = z.object({
  fused: z.array(z.string()),
  byVector: z.array(z.string()),
  firstFused: place,
  firstByVector: place,
  named: z.array(z.string()).optional(),
});
const reasonsSchema = z.array(z.custom<CacheReason>((value) => typeof value === "string"));
const documentsSchema = z.array(z.string());

/** Converts a row and its labels to a lookup. */
function toLookup(row: LookupRow, labels: readonly LookupLabel[]): LabelledLookup {
  return {
    tenant: row.tenant,
    id: row.id,
    createdAt: row.created_at,
    conversationId: row.conversation_id,
    scope: row.scope,
    question: row.question,
    questionHash: row.question_hash,
    verdict: row.verdict === "hit" ? "hit" : "miss",
    tier: z.enum(["exact", "semantic", "verified"]).nullable().parse(row.tier),
    reasons: reasonsSchema.parse(JSON.parse(row.reasons)),
    thresholds: { serve: row.serve_threshold, grey: row.grey_threshold },
    nearest: toNearest(row),
    belowBy: row.below_by,
    candidates: candidatesSchema.parse(JSON.parse(row.candidates)),
    retrieved: row.retrieved === null ? null : retrievedSchema.parse(JSON.parse(row.retrieved)),
    embedderId: row.embedder_id,
    knowledgeVersion: row.knowledge_version,
    answer:
      row.stored === 1 ? { tokens: row.answer_tokens, nanoUsd: BigInt(row.answer_text) } : null,
    labels,
  };
}

function toNearest(row: LookupRow): LoggedLookup["nearest"] {
  if (row.nearest_id === null) return null;
  return {
    entryId: row.nearest_id,
    similarity: row.nearest_similarity ?? 0,
    servedFrom: { serve: row.nearest_serve_from, grey: row.nearest_grey_from },
    question: row.nearest_question,
    questionHash: row.nearest_hash ?? "",
    conversationId: row.nearest_conversation_id,
    documentIds: documentsSchema.parse(JSON.parse(row.nearest_documents)),
    saved: {
      tokens: row.saved_tokens,
      nanoUsd: BigInt(row.saved_text),
      priced: row.priced === 1,
    },
  };
}
