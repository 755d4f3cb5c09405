import { RepriseError } from "../errors.ts";
import type { Embedder } from "../models/types.ts";
import type { Clock } from "../operations/types.ts";
import { createKeyedQueue } from "./keyed-queue.ts";
import { passageContext, splitDocument } from "./split.ts";
import type {
  DocumentInput,
  DocumentStore,
  EmbeddedPassage,
  Passage,
  PassageStore,
} from "./types.ts";

/** What putting a document did. */
export interface IngestReport {
  readonly id: string;
  readonly version: number;
  readonly passages: number;
  /** Passages that were embedded now; the others were known. */
  readonly embedded: number;
  readonly reused: number;
  /** Passages of the version before that are gone. */
  readonly removed: number;
  /** Stored answers that were made from it and are gone. */
  readonly invalidatedAnswers: number;
}

/** Puts documents in and takes them out, everywhere at once. */
export interface Ingest {
  /**
   * Stores or replaces a document. When it returns, its new passages are found, its old ones are not,
   * and the answers made from it are gone. When it throws, the document is as it was.
   */
  put(write: {
    tenant: string;
    document: DocumentInput;
    signal?: AbortSignal | undefined;
  }): Promise<IngestReport>;
  /** Undefined when there is no such document. */
  remove(key: {
    tenant: string;
    documentId: string;
  }): Promise<{ invalidatedAnswers: number } | undefined>;
}

/** What ingesting leans on. */
export interface IngestDependencies {
  readonly documents: DocumentStore;
  readonly passages: PassageStore;
  readonly embedder: Embedder;
  readonly removeAnswersOf: (key: { tenant: string; documentId: string }) => Promise<number>;
  readonly now: Clock;
}

const EMBED_BATCH = 64;
const MAX_PASSAGES = 5_000;

/** Writes to one document run one after the other; different documents do not wait for each other. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  const inTurn = createKeyedQueue();
  return {
    put: (write) =>
      inTurn(JSON.stringify([write.tenant, write.document.id]), () => put(write, dependencies)),
    remove: (key) =>
      inTurn(JSON.stringify([key.tenant, key.documentId]), () => remove(key, dependencies)),
  };
}

async function put(
  { tenant, document, signal }: Parameters<Ingest["put"]>[0],
  { documents, passages, embedder, removeAnswersOf, now }: IngestDependencies,
): Promise<IngestReport> {
  const key = { tenant, documentId: document.id };
  const before = await documents.get(key);
  const known = await documents.passages({ ...key, embedderId: embedder.id });
  const isSame =
    before !== undefined &&
    before.text === document.text &&
    before.title === document.title &&
    before.source === document.source &&
    known.length === before.passages;
  const split = splitDocument(document);
  if (split.length > MAX_PASSAGES) {
    throw new RepriseError(
      "too_large",
      `The document has ${split.length} passages, ${MAX_PASSAGES} is the most; split it.`,
    );
  }
  const { embedded, count } = await embedNew(split, known, embedder, signal);
  if (isSame) {
    await passages.replaceDocument({ ...key, passages: embedded });
    return report(before.id, before.version, embedded.length, count, 0, 0);
  }
  const stored = await documents.put({
    tenant,
    document,
    embedderId: embedder.id,
    passages: embedded,
    now: now(),
  });
  await passages.replaceDocument({ ...key, passages: embedded });
  const invalidated = before === undefined ? 0 : await removeAnswersOf(key);
  const ids = new Set(split.map(({ id }) => id));
  const removed = known.filter(({ id }) => !ids.has(id)).length;
  return report(stored.id, stored.version, embedded.length, count, removed, invalidated);
}

function report(
  id: string,
  version: number,
  passages: number,
  embedded: number,
  removed: number,
  invalidatedAnswers: number,
): IngestReport {
  const reused = passages - embedded;
  return { id, version, passages, embedded, reused, removed, invalidatedAnswers };
}

async function remove(
  key: { tenant: string; documentId: string },
  { documents, passages, removeAnswersOf }: IngestDependencies,
): Promise<{ invalidatedAnswers: number } | undefined> {
  if (!(await documents.remove(key))) return undefined;
  await passages.removeDocument(key);
  return { invalidatedAnswers: await removeAnswersOf(key) };
}

/** Gives each passage its vector: the one it had if it was there before, a new one otherwise. */
async function embedNew(
  split: readonly Passage[],
  known: readonly EmbeddedPassage[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<{ embedded: EmbeddedPassage[]; count: number }> {
  const vectors = new Map(known.map(({ id, vector }) => [id, vector]));
  const missing = split.filter(({ id }) => !vectors.has(id));
  for (let start = 0; start < missing.length; start += EMBED_BATCH) {
    const batch = missing.slice(start, start + EMBED_BATCH);
    const { vectors: made } = await embedder.embed(batch.map(passageContext), { signal });
    for (const [index, { id }] of batch.entries()) {
      const vector = made[index];
      if (vector !== undefined) vectors.set(id, vector);
    }
  }
  const embedded = split.map((passage) => {
    const vector = vectors.get(passage.id);
    if (vector === undefined) throw new Error(`${embedder.id} gave no vector for a passage`);
    return { ...passage, vector };
  });
  return { embedded, count: missing.length };
}
