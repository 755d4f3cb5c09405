import { sql, type SelectQueryBuilder } from "kysely";
import { z } from "zod";
import type { LabelledLookup, LookupSelection, LookupStore } from "../tuning/lookup-types.ts";
import type { Records, Tables } from "./database.ts";
import { cursorText, readCursor, toCursor } from "./list-cursor.ts";
import { addLabel, dropLabel, readLabels } from "./lookup-labels.ts";
import { toLookup, toLookupRow, type LookupRow } from "./lookup-rows.ts";

type Lookups = SelectQueryBuilder<Tables, "lookups", LookupRow>;

/** Rows per statement: databases limit the number of parameters. */
const BATCH = 50;
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

/** The lookup log in the database. */
export function createSqlLookups(records: Records): LookupStore {
  return {
    async add(lookups) {
      for (let start = 0; start < lookups.length; start += BATCH) {
        await addBatch(records, lookups.slice(start, start + BATCH).map(toLookupRow));
      }
    },

    async find({ tenant, id }) {
      const rows = await select(records, { tenant }).where("id", "=", id).execute();
      return (await withLabels(records, rows))[0];
    },

    async list({ nearMissesFirst, limit, cursor, ...selection }) {
      const found = select(records, selection);
      const sorted = nearMissesFirst ? nearest(found, cursor) : newest(found, cursor);
      const rows = await sorted.limit(limit + 1).execute();
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        rows: await withLabels(records, page),
        nextCursor: last === undefined ? null : toCursor(placeOf(last, nearMissesFirst)),
      };
    },

    all: (selection) => readAll(records, selection),
    label: ({ tenant, id }, label) => addLabel(records, { tenant, id }, label),
    unlabel: (key) => dropLabel(records, key),

    async timesServed({ tenant, entryIds }) {
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
    },

    async trim({ tenant, keep }) {
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
    },
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

async function* readAll(
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
