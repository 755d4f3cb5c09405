import type { Ingest } from "./ingest.ts";
import type { DocumentKey } from "./refresh-document.ts";
import { allDocuments } from "./sync-folder.ts";
import type { DocumentStore } from "./types.ts";

/** An index that outlives the process. */
export interface SharedIndex {
  /** Makes the tenant's index where there is none. */
  createIndex(tenant: string): Promise<void>;
  /** Every document that has passages there, of all tenants; one may come twice. */
  documentsThere(): AsyncIterable<DocumentKey>;
}

/**
 * Brings an index that may hold anything in line with the record: what is missing comes in, what the
 * record does not have goes, with the answers made from it.
 *
 * @throws the stores' and the embedder's errors; doing it again goes on where it ended
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
