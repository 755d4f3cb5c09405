import { z } from "zod";
import { RepriseError } from "../errors.ts";
import { mayRead } from "../knowledge/reader-groups.ts";
import type { DocumentStore, DocumentSummary, Page } from "../knowledge/types.ts";
import type { Records, Tables } from "./tables.ts";

type Query = Parameters<DocumentStore["list"]>[0];
type SummaryRow = Omit<Tables["documents"], "text" | "places">;

/** All columns of a document except its text and places. */
const SUMMARY = [
  "tenant",
  "id",
  "title",
  "source",
  "version",
  "passages",
  "created_at",
  "updated_at",
  "groups",
] as const;
/** A cursor encodes the id of a document. */
const CURSOR = /^[\w-]{1,128}$/;
/** Rows read per batch when titles are searched. */
const SEARCH_BATCH = 500;

/** @throws RepriseError `invalid_request` for a cursor that this listing did not issue */
export async function listDocuments(
  records: Records,
  { tenant, limit, cursor, query = "", reader }: Query,
): Promise<Page<DocumentSummary>> {
  const after = cursor === undefined ? "" : readCursor(cursor);
  const words = fold(query).match(/\S+/g) ?? [];
  const accepts = (row: SummaryRow) =>
    containsAll(row, words) && (reader === undefined || mayRead(reader, readGroups(row)));
  const seesAll = words.length === 0 && (reader === undefined || reader.readsAll);
  const found = seesAll
    ? await readAfter(records, { tenant, after, size: limit + 1 })
    : await searchAfter(records, { tenant, after, accepts, atLeast: limit + 1 });
  const rows = found.slice(0, limit).map(toSummary);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last === undefined ? null : toCursor(last.id) };
}

/** Converts a row to a document summary, without its text. */
export function toSummary(row: SummaryRow): DocumentSummary {
  const { created_at, updated_at, groups: _text, ...rest } = row;
  return { ...rest, groups: readGroups(row), createdAt: created_at, updatedAt: updated_at };
}

const groupsSchema = z.array(z.string());

/** The groups that may read a document. */
export function readGroups({ groups }: { groups: string | null }): readonly string[] {
  return groups === null ? [] : groupsSchema.parse(JSON.parse(groups));
}

/** Rows are selected in this process: SQLite and PostgreSQL fold case differently, and groups are JSON. */
async function searchAfter(
  records: Records,
  from: { tenant: string; after: string; accepts: (row: SummaryRow) => boolean; atLeast: number },
): Promise<SummaryRow[]> {
  const found: SummaryRow[] = [];
  let { after } = from;
  while (found.length < from.atLeast) {
    const rows = await readAfter(records, { tenant: from.tenant, after, size: SEARCH_BATCH });
    found.push(...rows.filter(from.accepts));
    const last = rows.at(-1);
    if (last === undefined || rows.length < SEARCH_BATCH) break;
    after = last.id;
  }
  return found;
}

function readAfter(
  records: Records,
  { tenant, after, size }: { tenant: string; after: string; size: number },
): Promise<SummaryRow[]> {
  return records
    .selectFrom("documents")
    .select(SUMMARY)
    .where("tenant", "=", tenant)
    .where("id", ">", after)
    .orderBy("id")
    .limit(size)
    .execute();
}

function containsAll({ title, id }: SummaryRow, words: readonly string[]): boolean {
  const named = fold(`${title}\n${id}`);
  return words.every((word) => named.includes(word));
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

function toCursor(id: string): string {
  return Buffer.from(id).toString("base64url");
}

function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString("utf8");
  if (CURSOR.test(id) && toCursor(id) === cursor) return id;
  const message = "is not a cursor of this listing";
  throw new RepriseError("invalid_request", `cursor ${message}.`, {
    details: [{ param: "cursor", message }],
  });
}
