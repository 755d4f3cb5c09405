import type { Ingest } from "./ingest.ts";
import { FILE_SOURCE, loadFolder } from "./load-folder.ts";
import type { DocumentInput, DocumentStore, StoredDocument } from "./types.ts";

/** What bringing the documents in line with a folder did. */
export interface SyncReport {
  readonly documents: number;
  readonly passages: number;
  readonly embedded: number;
  readonly removed: number;
  readonly skipped: readonly { file: string; reason: string }[];
}

const PAGE = 100;

/**
 * Puts every document of a folder, and removes those that came from a file that is no longer there.
 * Documents that were given by other ways are left alone: a file whose id one of them has is skipped.
 * A file that can no longer be read as a document counts as gone.
 *
 * @throws Error when the folder cannot be read; nothing is removed then
 */
export async function syncFolder({
  tenant,
  folder,
  ingest,
  documents,
}: {
  tenant: string;
  folder: string;
  ingest: Ingest;
  documents: DocumentStore;
}): Promise<SyncReport> {
  const loaded = await loadFolder(folder);
  const skipped = [...loaded.skipped];
  const given = new Set<string>();
  const wanted = new Map(loaded.documents.map(({ id, source }) => [id, source]));
  let removed = 0;
  for await (const { id, source } of allDocuments(documents, tenant)) {
    if (source?.startsWith(FILE_SOURCE) !== true) given.add(id);
    else if (!wanted.has(id) && (await ingest.remove({ tenant, documentId: id }))) removed += 1;
  }
  let passages = 0;
  let embedded = 0;
  const free = loaded.documents.filter(({ id }) => !given.has(id));
  for (const document of free) {
    const report = await ingest.put({ tenant, document });
    passages += report.passages;
    embedded += report.embedded;
  }
  for (const document of loaded.documents)
    if (given.has(document.id)) skipped.push(taken(document));
  return { documents: free.length, passages, embedded, removed, skipped };
}

function taken({ id, source }: DocumentInput): { file: string; reason: string } {
  const file = source?.slice(FILE_SOURCE.length) ?? id;
  return { file, reason: `the document ${id} was given in another way` };
}

/**
 * Puts all recorded documents of all tenants into the index, as at start or when the index was lost.
 * Vectors of another embedder are made anew and recorded.
 */
export async function fillIndex(ingest: Ingest, documents: DocumentStore): Promise<void> {
  for (const tenant of await documents.tenants()) {
    for await (const { id, title, text, source } of allDocuments(documents, tenant)) {
      await ingest.put({ tenant, document: { id, title, text, source } });
    }
  }
}

/** Page by page, ordered by id; what is written meanwhile may be in it or not. */
async function* allDocuments(
  documents: DocumentStore,
  tenant: string,
): AsyncGenerator<StoredDocument> {
  let cursor: string | undefined;
  do {
    const page = await documents.list({ tenant, limit: PAGE, cursor });
    yield* page.rows;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
