import { RepriseError, type ErrorCode } from "../errors.ts";
import { createYield } from "../operations/concurrency.ts";
import type { DocumentReader } from "./document-reader.ts";
import type { Ingest, IngestReport, WriteCondition } from "./ingest.ts";
import { FILE_SOURCE } from "./file-source.ts";
import { loadFolder, type SeenFiles } from "./load-folder.ts";
import type { DocumentInput, DocumentStore, DocumentSummary } from "./types.ts";

/** Result of synchronising the documents with a folder. */
export interface SyncReport {
  readonly documents: number;
  readonly passages: number;
  readonly embedded: number;
  readonly removed: number;
  readonly skipped: readonly { file: string; reason: string }[];
  /** What the next run begins with. */
  readonly state: FolderState;
}

/** A folder as a run has left it. */
export interface FolderState {
  readonly files: SeenFiles;
  /** Groups of removed documents, by id: their files may come back. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

const PAGE = 100;
/**
 * Errors of a put that the file causes. `conflict`: the id belongs to a document that does not come from the
 * folder.
 */
const FILE_PROBLEMS = new Set<ErrorCode>(["conflict", "too_large", "unsupported_media_type"]);

/**
 * Writes every document of a folder, and removes documents whose file no longer exists. Documents from other
 * sources are not changed, even if they are written during the run; a file with the id of such a document is
 * skipped. A file that is no longer readable or valid counts as removed. A file that comes back has its groups again,
 * and a new file with the text of a removed one has those: it was renamed.
 *
 * @param before state after the last run: unchanged files are not read again, and not counted. Default: none
 * @throws Error if the folder cannot be read; nothing is removed then. Also the embedder's and the stores'
 *   errors
 */
export async function syncFolder({
  tenant,
  folder,
  ingest,
  documents,
  reader,
  before,
}: {
  tenant: string;
  folder: string;
  ingest: Ingest;
  documents: DocumentStore;
  reader: Pick<DocumentReader, "read">;
  before?: FolderState | undefined;
}): Promise<SyncReport> {
  const loaded = await loadFolder(folder, reader, before?.files);
  const skipped = [...loaded.skipped];
  const wanted = new Set([...loaded.unchanged, ...loaded.documents.map(({ id }) => id)]);
  const sums = { documents: 0, passages: 0, embedded: 0, removed: 0 };
  const remove = async (documentId: string) => {
    const gone = await ingest.remove({ tenant, documentId, onlyWhere: isFromFile });
    if (gone !== undefined) sums.removed += 1;
  };
  const there = new Set<string>();
  const gone: DocumentSummary[] = [];
  for await (const stored of allDocuments(documents, tenant)) {
    there.add(stored.id);
    if (isFromFile(stored) && !wanted.has(stored.id)) gone.push(stored);
  }
  const removed = await readGroups(gone, documents);
  const groups = new Map([...(before?.groups ?? []), ...removed.byId]);
  const groupsOf = ({ id, text }: DocumentInput) =>
    there.has(id) ? undefined : (groups.get(id) ?? removed.byText.get(text));
  for (const document of loaded.documents) {
    const put = await putFile(ingest, tenant, { ...document, groups: groupsOf(document) });
    if ("reason" in put) {
      skipped.push(put);
      await remove(document.id);
    } else {
      sums.documents += 1;
      sums.passages += put.passages;
      sums.embedded += put.embedded;
    }
  }
  for (const { id } of gone) await remove(id);
  return { ...sums, skipped, state: { files: loaded.seen, groups } };
}

/** Groups of the documents that have some. */
async function readGroups(summaries: readonly DocumentSummary[], documents: DocumentStore) {
  const byId = new Map<string, readonly string[]>();
  const byText = new Map<string, readonly string[]>();
  for (const { tenant, id, groups } of summaries) {
    if (groups.length === 0) continue;
    byId.set(id, groups);
    const stored = await documents.get({ tenant, documentId: id });
    if (stored !== undefined) byText.set(stored.text, groups);
  }
  return { byId, byText };
}

/** Returns the reason if the file itself cannot be stored. */
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
 * Reconciles the index with the database for all documents of all tenants, at start or after the index was
 * lost. Vectors of another embedder are recomputed and stored.
 */
export async function fillIndex(ingest: Ingest, documents: DocumentStore): Promise<void> {
  for (const tenant of await documents.tenants()) await fillTenant(tenant, ingest, documents);
}

/** Reconciles the index of one tenant. */
export async function fillTenant(
  tenant: string,
  ingest: Ingest,
  documents: DocumentStore,
): Promise<void> {
  const yieldTurn = createYield();
  for await (const { id } of allDocuments(documents, tenant)) {
    await ingest.refresh({ tenant, documentId: id });
    // An in-process database never yields by itself: let other requests run.
    await yieldTurn();
  }
}

/** Pages through all documents, ordered by id. Concurrent writes may or may not be included. */
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
