import type { Ingest } from "./ingest.ts";
import type { DocumentKey } from "./refresh-document.ts";
import { allDocuments } from "./sync-folder.ts";
import type { DocumentStore } from "./types.ts";

/** An index that outlives the process. */
export interface SharedIndex {
  /** Creates the tenant's index if it does not exist. */
  createIndex(tenant: string): Promise<void>;
  /** Yields every indexed document of all tenants, possibly more than once. */
  documentsThere(): AsyncIterable<DocumentKey>;
}

/**
 * Reconciles an index with the database: adds missing documents, and removes others with the answers made from
 * them.
 *
 * @throws the stores' and the embedder's errors; another call continues the work
 */
export async function fillSharedIndex({
  index,
  ingest,
  documents,
}: {
  index: SharedIndex;
  ingest: Ingest;
  documents: DocumentStore;
}): Promise<void> {
  const recorded = new Set<string>();
  for (const tenant of await documents.tenants()) {
    await index.createIndex(tenant);
    for await (const { id: documentId } of allDocuments(documents, tenant)) {
      recorded.add(nameOf({ tenant, documentId }));
      await ingest.refresh({ tenant, documentId });
    }
  }
  for await (const key of index.documentsThere()) {
    if (!recorded.has(nameOf(key))) await ingest.refresh(key);
  }
}

function nameOf({ tenant, documentId }: DocumentKey): string {
  return JSON.stringify([tenant, documentId]);
}
