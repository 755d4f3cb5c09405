import { setImmediate as nextTurn } from "node:timers/promises";
import { RepriseError, type ErrorCode } from "../errors.ts";
import type { DocumentReader } from "./document-reader.ts";
import type { Ingest, IngestReport, WriteCondition } from "./ingest.ts";
import { FILE_SOURCE } from "./file-source.ts";
import { loadFolder } from "./load-folder.ts";
import type { DocumentInput, DocumentStore, DocumentSummary } from "./types.ts";

/** What bringing the documents in line with a folder did. */
export interface SyncReport {
  readonly documents: number;
  readonly passages: number;
  readonly embedded: number;
  readonly removed: number;
  readonly skipped: readonly { file: string; reason: string }[];
}

const PAGE = 100;
/** What a put says of the document itself; `conflict`: its id is that of one given in another way. */
const FILE_PROBLEMS = new Set<ErrorCode>(["conflict", "too_large", "unsupported_media_type"]);

/**
 * Puts every document of a folder, and removes those that came from a file that is no longer there.
 * Documents that were given by other ways, also meanwhile, are left alone: a file whose id one of them
 * has is skipped. A file that can no longer be read or taken as a document counts as gone.
 *
 * @throws Error when the folder cannot be read, and nothing is removed then; the embedder's and the
 *   stores' errors
 */
export async function syncFolder({
  tenant,
  folder,
  ingest,
  documents,
  reader,
}: {
  tenant: string;
  folder: string;
  ingest: Ingest;
  documents: DocumentStore;
  reader: Pick<DocumentReader, "read">;
}): Promise<SyncReport> {
  const loaded = await loadFolder(folder, reader);
  const skipped = [...loaded.skipped];
  const wanted = new Set(loaded.documents.map(({ id }) => id));
  const sums = { documents: 0, passages: 0, embedded: 0, removed: 0 };
  const remove = async (documentId: string) => {
    const gone = await ingest.remove({ tenant, documentId, onlyWhere: isFromFile });
    if (gone !== undefined) sums.removed += 1;
  };
  for await (const stored of allDocuments(documents, tenant)) {
    if (isFromFile(stored) && !wanted.has(stored.id)) await remove(stored.id);
  }
  for (const document of loaded.documents) {
    const put = await putFile(ingest, tenant, document);
    if ("reason" in put) {
      skipped.push(put);
      await remove(document.id);
    } else {
      sums.documents += 1;
      sums.passages += put.passages;
      sums.embedded += put.embedded;
    }
  }
  return { ...sums, skipped };
}

/** Why a file was not taken, where that is the file's fault. */
async function putFile(
  ingest: Ingest,
  tenant: string,
  document: DocumentInput,
): Promise<IngestReport | { file: string; reason: string }> {
  try {
    const onlyWhere: WriteCondition = (stored) => stored === undefined || isFromFile(stored);
    return await ingest.put({ tenant, document, onlyWhere });
  } catch (error) {
    if (!(error instanceof RepriseError) || !FILE_PROBLEMS.has(error.code)) throw error;
    const file = document.source?.slice(FILE_SOURCE.length) ?? document.id;
    return { file, reason: error.message };
  }
}

function isFromFile(stored: DocumentSummary | undefined): boolean {
  return stored?.source?.startsWith(FILE_SOURCE) === true;
}

/**
 * Brings the index in line with the record for all documents of all tenants, as at start or when the
 * index was lost. Vectors of another embedder are made anew and recorded.
 */
export async function fillIndex(ingest: Ingest, documents: DocumentStore): Promise<void> {
  for (const tenant of await documents.tenants()) await fillTenant(tenant, ingest, documents);
}

/** The same for one tenant. */
export async function fillTenant(
  tenant: string,
  ingest: Ingest,
  documents: DocumentStore,
): Promise<void> {
  for await (const { id } of allDocuments(documents, tenant)) {
    await ingest.refresh({ tenant, documentId: id });
    // A record in this process is read without waiting for anything: other requests get their turn.
    await nextTurn();
  }
}

/** Page by page, ordered by id; what is written meanwhile may be in it or not. */
export async function* allDocuments(
  documents: DocumentStore,
  tenant: string,
): AsyncGenerator<DocumentSummary> {
  let cursor: string | undefined;
  do {
    const page = await documents.list({ tenant, limit: PAGE, cursor });
    yield* page.rows;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
