import type { DocumentReader } from "./document-reader.ts";
import { wellFormed, type IngestReport } from "./ingest.ts";
import { passageContext } from "./passage-text.ts";
import { isSameText, type DocumentKey } from "./refresh-document.ts";
import type { DocumentInput, DocumentStore } from "./types.ts";

/** Dependencies of previews. */
export interface PreviewDependencies {
  readonly documents: Pick<DocumentStore, "get" | "passages">;
  readonly reader: Pick<DocumentReader, "split" | "splitStored">;
  readonly embedderId: string;
  /** Number of cached answers that were made from a document. */
  readonly countAnswersOf: (key: DocumentKey) => Promise<number>;
}

/**
 * Returns what `Ingest.put` would report, without changes and without embedding.
 *
 * @throws RepriseError as `Ingest.put` for a document that is too long
 */
export async function previewPut(
  { tenant, document }: { tenant: string; document: DocumentInput },
  { documents, reader, embedderId, countAnswersOf }: PreviewDependencies,
): Promise<IngestReport> {
  const key = { tenant, documentId: document.id };
  const wanted = wellFormed(document);
  const split = await reader.split(wanted);
  const before = await documents.get(key);
  const known = new Set((await documents.passages({ ...key, embedderId })).map(passageContext));
  const contexts = new Set(split.map(passageContext));
  const embedded = [...contexts].filter((context) => !known.has(context)).length;
  const isChanged = !isSameText(before, wanted);
  const stood = before === undefined || !isChanged ? [] : await reader.splitStored(before);
  return {
    id: document.id,
    isNew: before === undefined,
    version: (before?.version ?? 0) + (isChanged ? 1 : 0),
    passages: split.length,
    embedded,
    reused: split.length - embedded,
    removed: stood.filter((passage) => !contexts.has(passageContext(passage))).length,
    invalidatedAnswers: isChanged ? await countAnswersOf(key) : 0,
  };
}

/**
 * Returns what `Ingest.remove` would report, and the number of removed passages; undefined if the document does
 * not exist.
 */
export async function previewRemove(
  key: DocumentKey,
  { documents, countAnswersOf }: Pick<PreviewDependencies, "documents" | "countAnswersOf">,
): Promise<{ passages: number; invalidatedAnswers: number } | undefined> {
  const before = await documents.get(key);
  if (before === undefined) return undefined;
  return { passages: before.passages, invalidatedAnswers: await countAnswersOf(key) };
}
