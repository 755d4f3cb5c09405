import type { Ingest } from "./ingest.ts";
import { loadFolder } from "./load.ts";
import type { DocumentStore, StoredDocument } from "./types.ts";

/** What bringing the documents in line with a folder did. */
export interface SyncReport {
  readonly documents: number;
  readonly passages: number;
  readonly embedded: number;
  readonly removed: number;
  readonly skipped: readonly { file: string; reason: string }[];
}

/** Where the documents of a folder say they came from. */
const FILE_SOURCE = "file:";
const PAGE = 100;

/**
 * Puts every document of a folder, and removes those that came from a file that is no longer there.
 * Documents that were given by other ways are left alone.
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
  const sources = new Set(loaded.documents.map(({ source }) => source));
  let removed = 0;
  for (const { id, source } of await listAll(documents, tenant)) {
    if (source?.startsWith(FILE_SOURCE) !== true || sources.has(source)) continue;
    await ingest.remove({ tenant, documentId: id });
    removed += 1;
  }
  let passages = 0;
  let embedded = 0;
  for (const document of loaded.documents) {
    const report = await ingest.put({ tenant, document });
    passages += report.passages;
    embedded += report.embedded;
  }
  return {
    documents: loaded.documents.length,
    passages,
    embedded,
    removed,
    skipped: loaded.skipped,
  };
}

/** Puts all recorded documents of all tenants into the index, as at start. */
export async function fillIndex(ingest: Ingest, documents: DocumentStore): Promise<void> {
  for (const tenant of await documents.tenants()) {
    for (const document of await listAll(documents, tenant)) {
      const { id, title, text, source } = document;
      await ingest.put({ tenant, document: { id, title, text, source } });
    }
  }
}

async function listAll(documents: DocumentStore, tenant: string): Promise<StoredDocument[]> {
  const all: StoredDocument[] = [];
  let cursor: string | undefined;
  do {
    const page = await documents.list({ tenant, limit: PAGE, cursor });
    all.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
