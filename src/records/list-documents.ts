import { RepriseError } from "../errors.ts";
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
] as const;
/** A cursor encodes the id of a document. */
const CURSOR = /^[\w-]{1,128}$/;
/** Rows read per batch when titles are searched. */
const SEARCH_BATCH = 500;

/** @throws RepriseError `invalid_request` for a cursor that this listing did not issue */
export async function listDocuments(
  records: Records,
  { tenant, limit, cursor, query = "" }: Query,
): Promise<Page<DocumentSummary>> {
  const after = cursor === undefined ? "" : readCursor(cursor);
  const words = fold(query).match(/\S+/g) ?? [];
  const found =
    words.length === 0
      ? await readAfter(records, { tenant, after, size: limit + 1 })
      : await searchAfter(records, { tenant, after, words, atLeast: limit + 1 });
  const rows = found.slice(0, limit).map(toSummary);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last === undefined ? null : toCursor(last.id) };
}

/** Converts a row to a document summary, without its text. */
export function toSummary(row: SummaryRow): DocumentSummary {
  const { created_at, updated_at, ...rest } = row;
  return { ...rest, createdAt: created_at, updatedAt: updated_at };
}

/** Titles are matched in this process, because SQLite and PostgreSQL fold case differently. */
async function searchAfter(
  records: Records,
  from: { tenant: string; after: string; words: readonly string[]; atLeast: number },
): Promise<SummaryRow[]> {
  const found: SummaryRow[] = [];
  let { after } = from;
  while (found.length < from.atLeast) {
    const rows = await readAfter(records, { tenant: from.tenant, after, size: SEARCH_BATCH });
    found.push(...rows.filter((row) => containsAll(row, from.words)));
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
