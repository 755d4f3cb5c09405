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

/** What putting a document did. */
export interface IngestReport {
  readonly id: string;
  /** True when there was no document of this id. */
  readonly isNew: boolean;
  readonly version: number;
  readonly passages: number;
  /** Texts that were embedded now; the other passages had their vectors. */
  readonly embedded: number;
  readonly reused: number;
  /** Passages of the version before whose text is gone. */
  readonly removed: number;
  /** Stored answers that were made from it and are gone. */
  readonly invalidatedAnswers: number;
}

/** What must be so of the stored document, undefined where there is none, for a write to be done. */
export type WriteCondition = (stored: StoredDocument | undefined) => boolean;

/** Puts documents in and takes them out, everywhere at once. Calls for one document run in their order. */
export interface Ingest {
  /**
   * Stores or replaces a document. When it returns, its new passages are found, its old ones are not,
   * and the answers made from it are gone. When it throws, title, text, source and passages are as they
   * were; the version may have grown. The same title and text again keep the version and the answers,
   * and put right what the index lost.
   *
   * @throws RepriseError `too_large` past 20 MB or 5,000 passages, `unsupported_media_type` for a text
   *   with NUL characters, `conflict` where the condition does not hold, the embedder's errors
   */
  put(write: {
    tenant: string;
    document: DocumentInput;
    signal?: AbortSignal | undefined;
    onlyWhere?: WriteCondition | undefined;
    /** Told how many passages have been embedded, of those that must be. */
    onProgress?: ((done: number, total: number) => void) | undefined;
  }): Promise<IngestReport>;
  /**
   * Undefined when there is no such document, or the condition does not hold. When it throws, the
   * document is as it was.
   */
  remove(
    key: DocumentKey & { onlyWhere?: WriteCondition | undefined },
  ): Promise<{ invalidatedAnswers: number } | undefined>;
  /** Brings the index in line with the record, as `refreshDocument` does. */
  refresh(key: DocumentKey): Promise<void>;
}

/** What ingesting leans on. */
export interface IngestDependencies extends RefreshDependencies {
  readonly now: Clock;
}

/** Writes to one document run one after the other; different documents do not wait for each other. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  const queue = createKeyedQueue();
  const inTurn = <Value>({ tenant, documentId }: DocumentKey, work: () => Promise<Value>) =>
    queue(JSON.stringify([tenant, documentId]), work);
  return {
    put({ tenant, document, ...options }) {
      const key = { tenant, documentId: document.id };
      return inTurn(key, () => put(key, wellFormed(document), options, dependencies));
    },
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

/** A write on its way. */
interface Change {
  readonly key: DocumentKey;
  readonly document: DocumentInput;
  readonly before: StoredDocument | undefined;
  /** The recorded passages. */
  readonly known: readonly EmbeddedPassage[];
  /** The new ones. */
  readonly passages: readonly EmbeddedPassage[];
}

/** The record goes first: where the process ends half-way, the next start brings the index in line. */
async function write(
  change: Change,
  dependencies: IngestDependencies,
): Promise<Pick<IngestReport, "version" | "removed" | "invalidatedAnswers">> {
  const { key, document, before, passages } = change;
  const isChanged = !isSameText(before, document);
  try {
    const { version } = await record(change, dependencies);
    if (isChanged || !(await compareIndex(key, passages, dependencies)).isSame) {
      await dependencies.passages.replaceDocument({ ...key, passages });
    }
    const invalidatedAnswers = isChanged ? await dependencies.removeAnswersOf(key) : 0;
    const removed = isChanged ? await countRemoved(before, passages, dependencies) : 0;
    return { version, removed, invalidatedAnswers };
  } catch (error) {
    await restore(change, dependencies).catch(() => undefined);
    throw error;
  }
}

/**
 * A writer in another process may have changed the record since ours: the index follows the record.
 * Ours is done whether or not this can be looked at.
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
    // The next write or the next start looks again.
  }
}

/** Records the document, unless it is recorded just so. */
async function record(
  { key, document, before, known, passages }: Change,
  dependencies: IngestDependencies,
): Promise<StoredDocument> {
  const ids = new Set(known.map(({ id }) => id));
  const isRecorded =
    isSameText(before, document) &&
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

/** A passage that has only moved is not gone. */
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
 * Brings back what was there before a write that failed half-way, unless the record is not ours any
 * more. What cannot be brought back either must not hide the first failure: the same write again, or
 * the next start, puts it right.
 */
async function restore(
  { key, document, before, known }: Change,
  dependencies: IngestDependencies,
): Promise<void> {
  const { documents } = dependencies;
  if (isSameText(await documents.get(key), document)) {
    if (before === undefined) await documents.remove(key);
    else await putRecord(key.tenant, toInput(before), known, dependencies);
  }
  await refreshDocument(key, dependencies);
}

function toInput({ id, title, text, source, places }: StoredDocument): DocumentInput {
  return { id, title, text, source, places };
}

/** The record goes last: whatever fails before, the document is still there to be removed again. */
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
    // A writer in another process may have put it into the index meanwhile.
    await refreshDocument(key, dependencies).catch(() => undefined);
    return { invalidatedAnswers };
  } catch (error) {
    await refreshDocument(key, dependencies).catch(() => undefined);
    throw error;
  }
}

/** Half characters cannot be stored as UTF-8; replaced beforehand, the same text stays the same. */
export function wellFormed(document: DocumentInput): DocumentInput {
  const repair = (text: string) => text.replace(/\p{Surrogate}/gu, "\uFFFD");
  return { ...document, title: repair(document.title), text: repair(document.text) };
}
