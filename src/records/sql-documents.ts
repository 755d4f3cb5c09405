import { sql } from "kysely";
import { z } from "zod";
import { locatorSchema, textPlaceSchema } from "../knowledge/text-places.ts";
import type {
  DocumentStore,
  DocumentVersion,
  EmbeddedPassage,
  StoredDocument,
  StoredVersion,
} from "../knowledge/types.ts";
import type { Records, Tables } from "./tables.ts";
import { listDocuments, readGroups, toSummary } from "./list-documents.ts";
import { mayRead } from "../knowledge/reader-groups.ts";
import { decodeVector, encodeVector } from "./vector-bytes.ts";

type DocumentRow = Tables["documents"];
type PutWrite = Parameters<DocumentStore["put"]>[0];
type PutPassagesWrite = Parameters<DocumentStore["putPassages"]>[0];
type PassagesWrite = Omit<PutPassagesWrite, "title" | "text">;

/** Rows per INSERT: databases limit the number of parameters. */
const INSERT_BATCH = 100;

/** Documents, their versions and passages in the database. `close` closes the database. */
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

    present: (query) => readPresent(records, query),

    list: (query) => listDocuments(records, query),

    restricted: (tenant) => readRestricted(records, tenant),

    async setGroups({ tenant, documentId, groups }) {
      const updated = await records
        .updateTable("documents")
        .set({ groups: toGroupsText(groups) })
        .where("tenant", "=", tenant)
        .where("id", "=", documentId)
        .executeTakeFirst();
      return updated.numUpdatedRows > 0n;
    },

    put: (write) => putDocument(records, write),
    undo: (write) => undoChange(records, write),
    putPassages: (write) => putPassages(records, write),

    async remove({ tenant, documentId }) {
      const deleted = await records
        .deleteFrom("documents")
        .where("tenant", "=", tenant)
        .where("id", "=", documentId)
        .executeTakeFirst();
      return deleted.numDeletedRows > 0n;
    },

    passages: (query) => readPassages(records, query),

    versions: (key) => readVersions(records, key),
    version: (query) => readVersion(records, query),

    async tenants() {
      const rows = await records.selectFrom("documents").select("tenant").distinct().execute();
      return rows.map(({ tenant }) => tenant);
    },

    close: () => records.destroy(),
  };
}

async function putDocument(records: Records, write: PutWrite): Promise<StoredDocument> {
  const { tenant, document } = write;
  return records.transaction().execute(async (transaction) => {
    const row = await upsertDocument(transaction, write);
    await keepVersion(transaction, row);
    await replacePassages(transaction, { ...write, tenant, documentId: document.id });
    return toDocument(row);
  });
}

async function undoChange(
  records: Records,
  { before, ...write }: Parameters<DocumentStore["undo"]>[0],
): Promise<boolean> {
  const { tenant, id, title, text, source, version, updatedAt, places, groups } = before;
  return records.transaction().execute(async (transaction) => {
    const updated = await transaction
      .updateTable("documents")
      .set(contentColumns({ title, text, source, places }, write.passages))
      .set({ version, updated_at: updatedAt, groups: toGroupsText(groups) })
      .where("tenant", "=", tenant)
      .where("id", "=", id)
      .where("version", "=", version + 1)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 0n) return false;
    await transaction
      .deleteFrom("document_versions")
      .where("tenant", "=", tenant)
      .where("document_id", "=", id)
      .where("version", "=", version + 1)
      .execute();
    await replacePassages(transaction, { ...write, tenant, documentId: id });
    return true;
  });
}

function contentColumns(
  { title, text, source, places = [] }: Omit<PutWrite["document"], "id">,
  passages: readonly unknown[],
) {
  const placesJson = places.length === 0 ? null : JSON.stringify(places);
  return { title, text, source, passages: passages.length, places: placesJson };
}

/** Writes the version in the transaction that writes the document. */
async function keepVersion(records: Records, row: DocumentRow): Promise<void> {
  const { tenant, id, version, title, text, source, places, updated_at } = row;
  const content = { title, text, source, places };
  await records
    .insertInto("document_versions")
    .values({ tenant, document_id: id, version, ...content, created_at: updated_at })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "document_id", "version"]).doUpdateSet({ source, places }),
    )
    .execute();
}

async function putPassages(records: Records, write: PutPassagesWrite): Promise<boolean> {
  return records.transaction().execute(async (transaction) => {
    const updated = await transaction
      .updateTable("documents")
      .set({ passages: write.passages.length })
      .where("tenant", "=", write.tenant)
      .where("id", "=", write.documentId)
      .where("title", "=", write.title)
      .where("text", "=", write.text)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 0n) return false;
    await replacePassages(transaction, write);
    return true;
  });
}

async function replacePassages(records: Records, write: PassagesWrite): Promise<void> {
  await records
    .deleteFrom("document_passages")
    .where("tenant", "=", write.tenant)
    .where("document_id", "=", write.documentId)
    .execute();
  const rows = toPassageRows(write);
  for (let start = 0; start < rows.length; start += INSERT_BATCH) {
    await records
      .insertInto("document_passages")
      .values(rows.slice(start, start + INSERT_BATCH))
      .execute();
  }
}

/** Inserts or updates a document. The version increases if the title or the text changed. */
function upsertDocument(
  records: Records,
  { tenant, document, passages, now }: PutWrite,
): Promise<DocumentRow> {
  const { id, title, text, groups } = document;
  const changes = {
    ...contentColumns(document, passages),
    updated_at: now,
    ...(groups !== undefined && { groups: toGroupsText(groups) }),
  };
  return records
    .insertInto("documents")
    .values({ tenant, id, version: 1, created_at: now, groups: null, ...changes })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "id"]).doUpdateSet((expression) => ({
        ...changes,
        version: expression
          .case()
          .when(
            expression.and([
              expression("documents.title", "=", title),
              expression("documents.text", "=", text),
            ]),
          )
          .then(expression.ref("documents.version"))
          .else(expression("documents.version", "+", 1))
          .end(),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

function toPassageRows({ tenant, documentId, embedderId, passages }: PassagesWrite) {
  return passages.map((passage, position) => ({
    tenant,
    document_id: documentId,
    position,
    id: passage.id,
    headings: JSON.stringify(passage.headings),
    text: passage.text,
    start_offset: passage.start,
    end_offset: passage.end,
    embedder_id: embedderId,
    vector: encodeVector(passage.vector),
    lead: passage.lead ?? null,
    locator: passage.locator === undefined ? null : JSON.stringify(passage.locator),
  }));
}

function toGroupsText(groups: readonly string[]): string | null {
  return groups.length === 0 ? null : JSON.stringify([...new Set(groups)].sort());
}

async function readRestricted(
  records: Records,
  tenant: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await records
    .selectFrom("documents")
    .select(["id", "groups"])
    .where("tenant", "=", tenant)
    .where("groups", "is not", null)
    .execute();
  return new Map(rows.map((row) => [row.id, readGroups(row)]));
}

/** Ids of the documents that exist and may be read. */
async function readPresent(
  records: Records,
  { tenant, documentIds, reader }: Parameters<DocumentStore["present"]>[0],
): Promise<ReadonlySet<string>> {
  const rows = await records
    .selectFrom("documents")
    .select(["id", "groups"])
    .where("tenant", "=", tenant)
    .where("id", "in", documentIds)
    .execute();
  const isOpen = (row: { groups: string | null }) =>
    reader === undefined || mayRead(reader, readGroups(row));
  return new Set(rows.filter(isOpen).map(({ id }) => id));
}

async function readVersions(
  records: Records,
  { tenant, documentId }: Parameters<DocumentStore["versions"]>[0],
): Promise<readonly DocumentVersion[]> {
  const rows = await records
    .selectFrom("document_versions")
    .select(["version", "title", "source", "created_at"])
    .select(sql<number>`length(text)`.as("characters"))
    .where("tenant", "=", tenant)
    .where("document_id", "=", documentId)
    .orderBy("version", "desc")
    .execute();
  return rows.map(({ created_at: createdAt, ...row }) => ({ ...row, createdAt }));
}

async function readVersion(
  records: Records,
  { tenant, documentId, version }: Parameters<DocumentStore["version"]>[0],
): Promise<StoredVersion | undefined> {
  const row = await records
    .selectFrom("document_versions")
    .select(["version", "title", "source", "text", "places", "created_at"])
    .where("tenant", "=", tenant)
    .where("document_id", "=", documentId)
    .where("version", "=", version)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { created_at: createdAt, places, ...rest } = row;
  return { ...rest, createdAt, ...toPlaces(places) };
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
    .select(["passage.id", "passage.headings", "passage.text", "passage.vector", "document.title"])
    .select(["passage.start_offset", "passage.end_offset", "passage.lead", "passage.locator"])
    .where("passage.tenant", "=", tenant)
    .where("passage.document_id", "=", documentId)
    .where("passage.embedder_id", "=", embedderId)
    .orderBy("passage.position")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    documentId,
    title: row.title,
    headings: headingsSchema.parse(JSON.parse(row.headings)),
    text: row.text,
    start: row.start_offset,
    end: row.end_offset,
    ...(row.lead !== null && { lead: row.lead }),
    ...(row.locator !== null && { locator: locatorSchema.parse(JSON.parse(row.locator)) }),
    vector: decodeVector(row.vector),
  }));
}

const headingsSchema = z.array(z.string());
const placesSchema = z.array(textPlaceSchema);

function toDocument({ text, places, ...row }: DocumentRow): StoredDocument {
  return { ...toSummary(row), text, ...toPlaces(places) };
}

function toPlaces(text: string | null): Pick<StoredDocument, "places"> {
  return text === null ? {} : { places: placesSchema.parse(JSON.parse(text)) };
}
