import type { Embedder } from "../models/types.ts";
import type { DocumentReader } from "./document-reader.ts";
import { embedPassages } from "./embed-passages.ts";
import type { DocumentStore, EmbeddedPassage, PassageStore, StoredDocument } from "./types.ts";

/** Identifies a document. */
export interface DocumentKey {
  readonly tenant: string;
  readonly documentId: string;
}

/** Dependencies of `refreshDocument`. */
export interface RefreshDependencies {
  readonly documents: DocumentStore;
  readonly passages: PassageStore;
  readonly embedder: Embedder;
  readonly reader: Pick<DocumentReader, "split" | "splitStored">;
  readonly removeAnswersOf: (key: DocumentKey) => Promise<number>;
}

/** Maximum attempts if other writers keep changing the document. */
const MAX_TRIES = 5;

/**
 * Reconciles the index with the database for one document: adds missing passages, and removes others with the
 * answers made from the document. Vectors of another embedder are recomputed and stored. Safe with concurrent
 * writers in other processes: if the document changed meanwhile it is checked again, and only vectors are
 * written to the database.
 *
 * @throws the stores' and the embedder's errors
 */
export async function refreshDocument(
  key: DocumentKey,
  dependencies: RefreshDependencies,
): Promise<void> {
  let document = await dependencies.documents.get(key);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const wanted = document === undefined ? [] : await recordedPassages(document, dependencies);
    await reconcile(key, wanted, dependencies);
    const now = await dependencies.documents.get(key);
    if (isSameText(now, document)) return;
    document = now;
  }
}

/** Whether the index contains exactly these passages of the document, and whether it contains others of it. */
export async function compareIndex(
  key: DocumentKey,
  wanted: readonly EmbeddedPassage[],
  { passages }: Pick<RefreshDependencies, "passages">,
): Promise<{ isSame: boolean; hasOthers: boolean }> {
  const found = await passages.idsOf(key);
  const ids = new Set(wanted.map(({ id }) => id));
  const hasOthers = [...found].some((id) => !ids.has(id));
  return { isSame: found.size === ids.size && !hasOthers, hasOthers };
}

/** Whether two versions of a document have the same title, text and places. */
export function isSameText(one: TextState | undefined, other: TextState | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.text === other.text && one.title === other.title && placesOf(one) === placesOf(other);
}

type TextState = Pick<StoredDocument, "title" | "text" | "places">;

function placesOf({ places = [] }: TextState): string {
  return JSON.stringify(places);
}

async function reconcile(
  key: DocumentKey,
  wanted: readonly EmbeddedPassage[],
  dependencies: RefreshDependencies,
): Promise<void> {
  const { isSame, hasOthers } = await compareIndex(key, wanted, dependencies);
  if (isSame) return;
  await dependencies.passages.replaceDocument({ ...key, passages: wanted });
  if (hasOthers) await dependencies.removeAnswersOf(key);
}

async function recordedPassages(
  document: StoredDocument,
  { documents, embedder, reader }: RefreshDependencies,
): Promise<readonly EmbeddedPassage[]> {
  const { tenant, id, title, text } = document;
  const key = { tenant, documentId: id, embedderId: embedder.id };
  const known = await documents.passages(key);
  const split = await reader.splitStored(document);
  const { passages, embedded } = await embedPassages(split, known, embedder);
  if (embedded > 0 || known.length !== passages.length) {
    await documents.putPassages({ ...key, title, text, passages });
  }
  return passages;
}
