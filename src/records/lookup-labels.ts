import { sql, type Selectable } from "kysely";
import { z } from "zod";
import type { LookupLabel } from "../tuning/lookup-types.ts";
import { LABEL_SOURCES, type LabelSource } from "../tuning/types.ts";
import type { Records, Tables } from "./tables.ts";

const sourceSchema = z.enum(LABEL_SOURCES);

interface Key {
  readonly tenant: string;
  readonly id: string;
}

/** Adds or replaces the label of one source. Returns false if the lookup does not exist. */
export function addLabel(records: Records, key: Key, label: LookupLabel): Promise<boolean> {
  const { source, author, note, createdAt } = label;
  const values = { same: Number(label.same), author, note, created_at: createdAt };
  return records.transaction().execute(async (transaction) => {
    if (!(await touch(transaction, key))) return false;
    await transaction
      .insertInto("lookup_labels")
      .values({ tenant: key.tenant, lookup_id: key.id, source, ...values })
      .onConflict((conflict) =>
        conflict.columns(["tenant", "lookup_id", "source"]).doUpdateSet(values),
      )
      .execute();
    await settleLabel(transaction, key);
    return true;
  });
}

/** Removes the label of one source. Returns true if there was one. */
export function dropLabel(
  records: Records,
  { source, ...key }: Key & { source: LabelSource },
): Promise<boolean> {
  return records.transaction().execute(async (transaction) => {
    if (!(await touch(transaction, key))) return false;
    const { numDeletedRows } = await transaction
      .deleteFrom("lookup_labels")
      .where("tenant", "=", key.tenant)
      .where("lookup_id", "=", key.id)
      .where("source", "=", source)
      .executeTakeFirstOrThrow();
    await settleLabel(transaction, key);
    return numDeletedRows > 0n;
  });
}

/**
 * Locks the lookup until the transaction ends, so that concurrent labels are settled one after the
 * other. Returns false if it does not exist.
 */
async function touch(records: Records, { tenant, id }: Key): Promise<boolean> {
  const { numUpdatedRows } = await records
    .updateTable("lookups")
    .set({ label_same: sql`label_same` })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Copies the verdict of the highest-priority label into the lookup's row, where listings filter by
 * it.
 */
async function settleLabel(records: Records, { tenant, id }: Key): Promise<void> {
  const [effective] = (await readLabels(records, [{ tenant, id }])).get(id) ?? [];
  await records
    .updateTable("lookups")
    .set({ label_same: effective === undefined ? null : Number(effective.same) })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
}

/** Labels of several lookups of one tenant by lookup id, highest priority first. */
export async function readLabels(
  records: Records,
  rows: readonly Key[],
): Promise<ReadonlyMap<string, readonly LookupLabel[]>> {
  const [first] = rows;
  if (first === undefined) return new Map();
  const ids = rows.map(({ id }) => id);
  const found = await records
    .selectFrom("lookup_labels")
    .selectAll()
    .where("tenant", "=", first.tenant)
    .where("lookup_id", "in", ids)
    .execute();
  const labels = new Map<string, LookupLabel[]>();
  for (const row of found) {
    const known = labels.get(row.lookup_id) ?? [];
    labels.set(row.lookup_id, [...known, toLabel(row)].sort(byWeight));
  }
  return labels;
}

/** Converts a row to the label of one source. */
function toLabel(row: Selectable<Tables["lookup_labels"]>): LookupLabel {
  return {
    source: sourceSchema.parse(row.source),
    same: row.same === 1,
    author: row.author,
    note: row.note,
    createdAt: row.created_at,
  };
}

/** Orders labels by the priority of their source, highest first. */
function byWeight(one: LookupLabel, other: LookupLabel): number {
  return LABEL_SOURCES.indexOf(one.source) - LABEL_SOURCES.indexOf(other.source);
}
