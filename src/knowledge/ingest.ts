import { RepriseError } from "../errors.ts";
import type { Embedder } from "../models/types.ts";
import type { Clock } from "../operations/types.ts";
import { embedPassages } from "./embed-passages.ts";
import { createKeyedQueue } from "./keyed-queue.ts";
import { MAX_DOCUMENT_BYTES } from "./load.ts";
import { readPassages, splitDocument } from "./split.ts";
import type {
  DocumentInput,
  DocumentStore,
  EmbeddedPassage,
  Passage,
  PassageStore,
  StoredDocument,
} from "./types.ts";

/** What putting a document did. */
export interface IngestReport {
  readonly id: string;
  /** True when there was no document of this id. */
  readonly isNew: boolean;
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

interface DocumentKey {
  readonly tenant: string;
  readonly documentId: string;
}

/** Puts documents in and takes them out, everywhere at once. */
export interface Ingest {
  /**
   * Stores or replaces a document. When it returns, its new passages are found, its old ones are not,
   * and the answers made from it are gone. When it throws, the document is as it was. The same title
   * and text again keep the version and the answers, and put right what the index lost.
   *
   * @throws RepriseError `too_large` past 20 MB or 5,000 passages, `unsupported_media_type` for a text
   *   with NUL characters, the embedder's errors
   */
  put(write: {
    tenant: string;
    document: DocumentInput;
    signal?: AbortSignal | undefined;
  }): Promise<IngestReport>;
  /** Undefined when there is no such document. After a failure it can be removed again. */
  remove(key: DocumentKey): Promise<{ invalidatedAnswers: number } | undefined>;
}

/** What ingesting leans on. */
export interface IngestDependencies {
  readonly documents: DocumentStore;
  readonly passages: PassageStore;
  readonly embedder: Embedder;
  readonly removeAnswersOf: (key: DocumentKey) => Promise<number>;
  readonly now: Clock;
}

const MAX_PASSAGES = 5_000;

/** Writes to one document run one after the other; different documents do not wait for each other. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  const inTurn = createKeyedQueue();
  return {
    put: ({ tenant, document, signal }) =>
      inTurn(JSON.stringify([tenant, document.id]), () =>
        put(tenant, wellFormed(document), dependencies, signal),
      ),
    remove: (key) =>
      inTurn(JSON.stringify([key.tenant, key.documentId]), () => remove(key, dependencies)),
  };
}

async function put(
  tenant: string,
  document: DocumentInput,
  dependencies: IngestDependencies,
  signal: AbortSignal | undefined,
): Promise<IngestReport> {
  const { documents, embedder } = dependencies;
  const key = { tenant, documentId: document.id };
  const split = splitWithinBounds(document);
  const before = await documents.get(key);
  const known = await documents.passages({ ...key, embedderId: embedder.id });
  const { passages, embedded } = await embedPassages(split, known, embedder, signal);
  signal?.throwIfAborted();
  const counts = { passages: passages.length, embedded, reused: passages.length - embedded };
  if (before?.text === document.text && before.title === document.title) {
    const isRecorded = embedded === 0 && known.length === passages.length;
    if (isRecorded && before.source === document.source) await fillIn(key, passages, dependencies);
    else {
      await record(tenant, document, passages, dependencies);
      await dependencies.passages.replaceDocument({ ...key, passages });
    }
    const { id, version } = before;
    return { id, isNew: false, version, ...counts, removed: 0, invalidatedAnswers: 0 };
  }
  try {
    const { id, version } = await record(tenant, document, passages, dependencies);
    await dependencies.passages.replaceDocument({ ...key, passages });
    const invalidatedAnswers = await dependencies.removeAnswersOf(key);
    const removed = countRemoved(before, split);
    return { id, isNew: before === undefined, version, ...counts, removed, invalidatedAnswers };
  } catch (error) {
    await restore(key, before, known, dependencies);
    throw error;
  }
}

function record(
  tenant: string,
  document: DocumentInput,
  passages: readonly EmbeddedPassage[],
  { documents, embedder, now }: IngestDependencies,
): Promise<StoredDocument> {
  return documents.put({ tenant, document, embedderId: embedder.id, passages, now: now() });
}

/** Puts an unchanged document's passages where the index has lost some. */
async function fillIn(
  key: DocumentKey,
  embedded: readonly EmbeddedPassage[],
  { passages }: IngestDependencies,
): Promise<void> {
  const passageIds = embedded.map(({ id }) => id);
  const existing = await passages.existing({ tenant: key.tenant, passageIds });
  if (existing.size < new Set(passageIds).size) {
    await passages.replaceDocument({ ...key, passages: embedded });
  }
}

function countRemoved(before: StoredDocument | undefined, split: readonly Passage[]): number {
  if (before === undefined) return 0;
  const ids = new Set(split.map(({ id }) => id));
  return splitDocument(before).filter(({ id }) => !ids.has(id)).length;
}

/**
 * Brings back what was there before a write that failed half-way. What cannot be brought back either
 * must not hide the first failure: the same write again, or the next start, puts it right.
 */
async function restore(
  key: DocumentKey,
  before: StoredDocument | undefined,
  known: readonly EmbeddedPassage[],
  dependencies: IngestDependencies,
): Promise<void> {
  const { documents, passages } = dependencies;
  const steps: (() => Promise<unknown>)[] =
    before === undefined
      ? [() => passages.removeDocument(key), () => documents.remove(key)]
      : [
          () => record(key.tenant, toInput(before), known, dependencies),
          () => passages.replaceDocument({ ...key, passages: known }),
        ];
  for (const step of steps) await step().catch(() => undefined);
}

function toInput({ id, title, text, source }: StoredDocument): DocumentInput {
  return { id, title, text, source };
}

/** The record goes last: whatever fails before, the document is still there to be removed again. */
async function remove(
  key: DocumentKey,
  { documents, passages, removeAnswersOf }: IngestDependencies,
): Promise<{ invalidatedAnswers: number } | undefined> {
  if ((await documents.get(key)) === undefined) return undefined;
  await passages.removeDocument(key);
  const invalidatedAnswers = await removeAnswersOf(key);
  await documents.remove(key);
  return { invalidatedAnswers };
}

function splitWithinBounds(document: DocumentInput): Passage[] {
  if (document.text.includes("\0")) {
    const message = "must not hold NUL characters";
    throw new RepriseError("unsupported_media_type", `The document's text ${message}.`, {
      details: [{ param: "text", message }],
    });
  }
  if (Buffer.byteLength(document.text) > MAX_DOCUMENT_BYTES) throw tooLarge("is larger than 20 MB");
  const passages: Passage[] = [];
  for (const passage of readPassages(document)) {
    if (passages.length === MAX_PASSAGES) throw tooLarge(`has more than ${MAX_PASSAGES} passages`);
    passages.push(passage);
  }
  return passages;
}

function tooLarge(message: string): RepriseError {
  return new RepriseError("too_large", `The document's text ${message}; split it.`, {
    details: [{ param: "text", message }],
  });
}

/** Half characters cannot be stored as UTF-8; replaced beforehand, the same text stays the same. */
function wellFormed(document: DocumentInput): DocumentInput {
  const repair = (text: string) => text.replace(/\p{Surrogate}/gu, "\uFFFD");
  return { ...document, title: repair(document.title), text: repair(document.text) };
}
