import { z } from "zod";
import { RepriseError } from "../errors.ts";
import type { DocumentStore, EmbeddedPassage, StoredDocument } from "../knowledge/types.ts";
import type { Records, Tables } from "./database.ts";

type DocumentRow = Tables["documents"];
type PutWrite = Parameters<DocumentStore["put"]>[0];

/** Rows in one INSERT; databases bound the number of parameters. */
const INSERT_BATCH = 100;

/** The documents in the database. */
export function createSqlDocuments(records: Records): DocumentStore {
  return {
    async get({ tenant, documentId }) {
      const row = await records
        .selectFrom("documents")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "=", documentId)
        .executeTakeFirst();
      return row === undefined ? undefined : toDocument(row);
    },

    async list({ tenant, limit, cursor }) {
      const rows = await records
        .selectFrom("documents")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", ">", cursor === undefined ? "" : readCursor(cursor))
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        rows: page.map(toDocument),
        nextCursor: last === undefined ? null : Buffer.from(last.id).toString("base64url"),
      };
    },

    put: (write) => putDocument(records, write),

    async remove({ tenant, documentId }) {
      const deleted = await records
        .deleteFrom("documents")
        .where("tenant", "=", tenant)
        .where("id", "=", documentId)
        .executeTakeFirst();
      return deleted.numDeletedRows > 0n;
    },

    passages: (query) => readPassages(records, query),

    async tenants() {
      const rows = await records.selectFrom("documents").select("tenant").distinct().execute();
      return rows.map(({ tenant }) => tenant);
    },

    close: () => records.destroy(),
  };
}

async function putDocument(records: Records, write: PutWrite): Promise<StoredDocument> {
  const { tenant, document, now } = write;
  return records.transaction().execute(async (transaction) => {
    const before = await transaction
      .selectFrom("documents")
      .select(["version", "created_at"])
      .where("tenant", "=", tenant)
      .where("id", "=", document.id)
      .executeTakeFirst();
    const row: DocumentRow = {
      tenant,
      ...document,
      version: (before?.version ?? 0) + 1,
      passages: write.passages.length,
      created_at: before?.created_at ?? now,
      updated_at: now,
    };
    const { tenant: _tenant, id: _id, ...changes } = row;
    await transaction
      .insertInto("documents")
      .values(row)
      .onConflict((conflict) => conflict.columns(["tenant", "id"]).doUpdateSet(changes))
      .execute();
    await transaction
      .deleteFrom("document_passages")
      .where("tenant", "=", tenant)
      .where("document_id", "=", document.id)
      .execute();
    const rows = toPassageRows(write);
    for (let start = 0; start < rows.length; start += INSERT_BATCH) {
      await transaction
        .insertInto("document_passages")
        .values(rows.slice(start, start + INSERT_BATCH))
        .execute();
    }
    return toDocument(row);
  });
}

function toPassageRows({ tenant, document, embedderId, passages }: PutWrite) {
  return passages.map((passage, position) => ({
    tenant,
    document_id: document.id,
    position,
    id: passage.id,
    headings: JSON.stringify(passage.headings),
    start_offset: passage.start,
    end_offset: passage.end,
    embedder_id: embedderId,
    vector: encodeVector(passage.vector),
  }));
}

async function readPassages(
  records: Records,
  { tenant, documentId, embedderId }: Parameters<DocumentStore["passages"]>[0],
): Promise<EmbeddedPassage[]> {
  const rows = await records
    .selectFrom("document_passages as passage")
    .innerJoin("documents as document", (join) =>
      join
        .onRef("document.tenant", "=", "passage.tenant")
        .onRef("document.id", "=", "passage.document_id"),
    )
    .select([
      "passage.id",
      "passage.headings",
      "passage.start_offset",
      "passage.end_offset",
      "passage.vector",
      "document.title",
    ])
    .where("passage.tenant", "=", tenant)
    .where("passage.document_id", "=", documentId)
    .where("passage.embedder_id", "=", embedderId)
    .orderBy("passage.position")
    .execute();
  if (rows.length === 0) return [];
  const text = await readText(records, tenant, documentId);
  return rows.map((row) => ({
    id: row.id,
    documentId,
    title: row.title,
    headings: headingsSchema.parse(JSON.parse(row.headings)),
    text: text.slice(row.start_offset, row.end_offset),
    start: row.start_offset,
    end: row.end_offset,
    vector: decodeVector(row.vector),
  }));
}

async function readText(records: Records, tenant: string, id: string): Promise<string> {
  const row = await records
    .selectFrom("documents")
    .select("text")
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.text ?? "";
}

const headingsSchema = z.array(z.string());

function toDocument(row: DocumentRow): StoredDocument {
  const { created_at, updated_at, ...rest } = row;
  return { ...rest, createdAt: created_at, updatedAt: updated_at };
}

function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString("utf8");
  if (/^[\w-]{1,128}$/.test(id)) return id;
  const message = "is not a cursor of this listing";
  throw new RepriseError("invalid_request", `cursor ${message}.`, {
    details: [{ param: "cursor", message }],
  });
}

function encodeVector(vector: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}

function decodeVector(stored: Uint8Array): Float32Array {
  // The driver gives an ArrayBuffer or a Buffer; both become bytes of our own here.
  const bytes = Buffer.from(stored);
  return Float32Array.from({ length: bytes.length / 4 }, (_value, index) =>
    bytes.readFloatLE(index * 4),
  );
}
