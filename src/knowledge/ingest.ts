import { RepriseError } from "../errors.ts";
import type { Clock } from "../operations/types.ts";
import { embedPassages } from "./embed-passages.ts";
import { createKeyedQueue } from "./keyed-queue.ts";
import {
  compareIndex,
  isSameText,
  refreshDocument,
  type DocumentKey,
  type RefreshDependencies,
} from "./refresh-document.ts";
import { passageContext } from "./passage-text.ts";
import type { DocumentInput, EmbeddedPassage, Passage, StoredDocument } from "./types.ts";

/** Result of writing a document. */
export interface IngestReport {
  readonly id: string;
  /** True if no document had this id. */
  readonly isNew: boolean;
  readonly version: number;
  readonly passages: number;
  /** Number of texts embedded by this write; the other passages kept their vectors. */
  readonly embedded: number;
  readonly reused: number;
  /** Passages of the previous version whose text no longer occurs. */
  readonly removed: number;
  /** Number of removed cached answers that were made from the document. */
  readonly invalidatedAnswers: number;
}

/** Condition on the stored document for a write. It receives undefined if there is no document. */
export type WriteCondition = (stored: StoredDocument | undefined) => boolean;

/** Writes and removes documents in the database, the index and the cache. Calls for one document run in order. */
export interface Ingest {
  /**
   * Stores or replaces a document. When it returns, the new passages can be found, the old ones cannot, and the
   * answers made from the document are removed. If it throws, the document is unchanged. If other processes
   * changed it at the same time, the version may have increased. Writing the same title and text again keeps version and answers, and
   * repairs the index.
   *
   * @throws RepriseError `too_large` above 20 MB or 5,000 passages, `unsupported_media_type` for a text with
   *   NUL characters, `conflict` if the condition is false; the embedder's errors
   */
  put(write: {
    tenant: string;
    document: DocumentInput;
    signal?: AbortSignal | undefined;
    onlyWhere?: WriteCondition | undefined;
    /** Called with the number of embedded passages and the number of passages to embed. */
    onProgress?: ((done: number, total: number) => void) | undefined;
  }): Promise<IngestReport>;
  /**
   * Returns undefined if the document does not exist or the condition is false. If it throws, the document is
   * unchanged.
   */
  /**
   * Changes who may read a document; false if it does not exist. When it returns, nobody else is served answers or
   * passages of it.
   */
  setGroups(change: DocumentKey & { groups: readonly string[] }): Promise<boolean>;
  remove(
    key: DocumentKey & { onlyWhere?: WriteCondition | undefined },
  ): Promise<{ invalidatedAnswers: number } | undefined>;
  /** Reconciles the index with the database; see `refreshDocument`. */
  refresh(key: DocumentKey): Promise<void>;
}

/** Dependencies of `createIngest`. */
export interface IngestDependencies extends RefreshDependencies {
  readonly now: Clock;
}

/** Writes to one document run sequentially; writes to different documents run concurrently. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  const queue = createKeyedQueue();
  const inTurn = <Value>({ tenant, documentId }: DocumentKey, work: () => Promise<Value>) =>
    queue(JSON.stringify([tenant, documentId]), work);
  return {
    put({ tenant, document, ...options }) {
      const key = { tenant, documentId: document.id };
      return inTurn(key, () => put(key, wellFormed(document), options, dependencies));
    },
    setGroups: (change) => inTurn(change, () => setGroups(change, dependencies)),
    remove: ({ onlyWhere, ...key }) => inTurn(key, () => remove(key, onlyWhere, dependencies)),
    refresh: (key) => inTurn(key, () => refreshDocument(key, dependencies)),
  };
}

async function put(
  key: DocumentKey,
  document: DocumentInput,
  options: Omit<Parameters<Ingest["put"]>[0], "tenant" | "document">,
  dependencies: IngestDependencies,
): Promise<IngestReport> {
  const { signal, onlyWhere = () => true } = options;
  const { documents, embedder, reader } = dependencies;
  signal?.throwIfAborted();
  const split = await reader.split(document);
  const before = await documents.get(key);
  if (!onlyWhere(before)) {
    throw new RepriseError("conflict", `The document ${document.id} was given in another way.`);
  }
  const known = await documents.passages({ ...key, embedderId: embedder.id });
  const { passages, embedded } = await embedPassages(split, known, embedder, options);
  signal?.throwIfAborted();
  const counts = { passages: passages.length, embedded, reused: passages.length - embedded };
  const change = { key, document, before, known, passages };
  const done = await write(change, dependencies);
  await yieldToOthers(key, document, dependencies);
  return { id: document.id, isNew: before === undefined, ...counts, ...done };
}

/** A write in progress. */
interface Change {
  readonly key: DocumentKey;
  readonly document: DocumentInput;
  readonly before: StoredDocument | undefined;
  /** Passages in the database. */
  readonly known: readonly EmbeddedPassage[];
  /** New passages. */
  readonly passages: readonly EmbeddedPassage[];
}

/** Writes the database first: if the process stops in between, the next start reconciles the index. */
async function write(
  change: Change,
  dependencies: IngestDependencies,
): Promise<Pick<IngestReport, "version" | "removed" | "invalidatedAnswers">> {
  const { key, document, before, passages } = change;
  const isChanged = !isSameText(before, document);
  const hasNewReaders = !hasSameGroups(before, document);
  let invalidatedAnswers = 0;
  try {
    // Never the old text for the new readers, nor the new text for the old ones.
    if (isChanged && hasNewReaders && before !== undefined) {
      await dependencies.passages.removeDocument(key);
      invalidatedAnswers += await dependencies.removeAnswersOf(key);
    }
    const { version } = await record(change, dependencies);
    if (hasNewReaders) await dependencies.passages.renewVersion(key.tenant);
    if (isChanged || !(await compareIndex(key, passages, dependencies)).isSame) {
      await dependencies.passages.replaceDocument({ ...key, passages });
    }
    if (isChanged) invalidatedAnswers += await dependencies.removeAnswersOf(key);
    const removed = isChanged ? await countRemoved(before, passages, dependencies) : 0;
    return { version, removed, invalidatedAnswers };
  } catch (error) {
    await restore(change, dependencies).catch(() => undefined);
    throw error;
  }
}

/**
 * Reconciles the index if another process changed the document after our write. Our write succeeds even if this
 * check fails.
 */
async function yieldToOthers(
  key: DocumentKey,
  written: DocumentInput,
  dependencies: IngestDependencies,
): Promise<void> {
  try {
    const now = await dependencies.documents.get(key);
    if (!isSameText(now, written)) await refreshDocument(key, dependencies);
  } catch {
    // The next write or the next start checks again.
  }
}

/** Writes the document to the database, unless it is already stored identically. */
async function record(
  { key, document, before, known, passages }: Change,
  dependencies: IngestDependencies,
): Promise<StoredDocument> {
  const ids = new Set(known.map(({ id }) => id));
  const isRecorded =
    isSameText(before, document) &&
    hasSameGroups(before, document) &&
    before?.source === document.source &&
    known.length === passages.length &&
    passages.every(({ id }) => ids.has(id));
  return isRecorded && before !== undefined
    ? before
    : putRecord(key.tenant, document, passages, dependencies);
}

function putRecord(
  tenant: string,
  document: DocumentInput,
  passages: readonly EmbeddedPassage[],
  { documents, embedder, now }: IngestDependencies,
): Promise<StoredDocument> {
  return documents.put({ tenant, document, embedderId: embedder.id, passages, now: now() });
}

/** A moved passage does not count as removed. */
async function countRemoved(
  before: StoredDocument | undefined,
  passages: readonly Passage[],
  { reader }: IngestDependencies,
): Promise<number> {
  if (before === undefined) return 0;
  const contexts = new Set(passages.map(passageContext));
  const split = await reader.splitStored(before);
  return split.filter((passage) => !contexts.has(passageContext(passage))).length;
}

/**
 * Restores the previous state after a failed write, unless another writer changed the document. The caller
 * ignores a failure here and reports the first error: the same write again, or the next start, repairs the
 * state.
 */
async function restore(
  { key, document, before, known }: Change,
  dependencies: IngestDependencies,
): Promise<void> {
  const { documents, embedder } = dependencies;
  const now = await documents.get(key);
  if (isSameText(now, document)) {
    const undone = { embedderId: embedder.id, passages: known };
    if (before === undefined) await documents.remove(key);
    else if (now?.version === before.version + 1) await documents.undo({ before, ...undone });
    else await putRecord(key.tenant, toInput(before), known, dependencies);
  }
  await refreshDocument(key, dependencies);
}

function toInput({ id, title, text, source, places, groups }: StoredDocument): DocumentInput {
  return { id, title, text, source, places, groups };
}

/** Groups that are left out stay. A new document without groups has the readers that an absent one has. */
function hasSameGroups(before: StoredDocument | undefined, { groups }: DocumentInput): boolean {
  if (groups === undefined) return true;
  const wanted = new Set(groups);
  const { groups: held = [] } = before ?? {};
  return held.length === wanted.size && held.every((group) => wanted.has(group));
}

/** The groups are in the database before the version changes, from which every process reads them again. */
async function setGroups(
  { groups, ...key }: DocumentKey & { groups: readonly string[] },
  { documents, passages }: IngestDependencies,
): Promise<boolean> {
  const before = await documents.get(key);
  if (before === undefined || !(await documents.setGroups({ ...key, groups }))) return false;
  try {
    await passages.renewVersion(key.tenant);
  } catch (error) {
    await documents.setGroups({ ...key, groups: before.groups });
    throw error;
  }
  return true;
}

/** Deletes from the database last: if an earlier step fails, the document still exists and can be removed again. */
async function remove(
  key: DocumentKey,
  onlyWhere: WriteCondition = () => true,
  dependencies: IngestDependencies,
): Promise<{ invalidatedAnswers: number } | undefined> {
  const { documents, passages, removeAnswersOf } = dependencies;
  const before = await documents.get(key);
  if (before === undefined || !onlyWhere(before)) return undefined;
  try {
    await passages.removeDocument(key);
    const invalidatedAnswers = await removeAnswersOf(key);
    await documents.remove(key);
    // Another process may have indexed the document in the meantime.
    await refreshDocument(key, dependencies).catch(() => undefined);
    return { invalidatedAnswers };
  } catch (error) {
    await refreshDocument(key, dependencies).catch(() => undefined);
    throw error;
  }
}

/**
 * Replaces lone surrogates, which UTF-8 cannot encode. Otherwise the stored text would differ from the
 * submitted one.
 */
export function wellFormed(document: DocumentInput): DocumentInput {
  const repair = (text: string) => text.replace(/\p{Surrogate}/gu, "\uFFFD");
  return { ...document, title: repair(document.title), text: repair(document.text) };
}
