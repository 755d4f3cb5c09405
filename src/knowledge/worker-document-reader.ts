import { RepriseError } from "../errors.ts";
import { createWorkerPool, JobFailed, type WorkerPool } from "../operations/worker-pool.ts";
import {
  documentReplySchema,
  readDocumentSchema,
  splitSchema,
  type DocumentJob,
} from "./document-jobs.ts";
import { inlineDocumentReader, type DocumentReader } from "./document-reader.ts";
import { isPlainText } from "./read/read-file.ts";
import { DEFAULT_READ_LIMITS } from "./read/read-limits.ts";
import { damaged } from "./read/refusals.ts";
import type { DocumentInput, Passage } from "./types.ts";

/**
 * Maximum length of plain text that is read in this thread. The slowest takes about 25 ms (`npm run
 * bench:ingest` prints it), as long as starting a thread. Formats that need a library are always read in a
 * worker thread.
 */
const INLINE_LENGTH = 64 * 1024;
const THREADS = 2;
const WAITING = 16;

/** Limits of reading a document. */
interface DocumentLimits {
  /** Timeout of one step, in milliseconds. */
  readonly documentMs: number;
  /** Memory of one thread. */
  readonly documentMemoryMb: number;
  readonly documentPages?: number | undefined;
  /** Maximum unpacked size of an archive. */
  readonly documentExpandedBytes?: number | undefined;
}

/**
 * Reads large documents, and all that are not plain text, in worker threads. A hostile document only ends its
 * own thread.
 *
 * @throws RepriseError also `too_large` if a document exceeds the limits, and `overloaded` if too many are
 *   waiting
 */
export function createWorkerDocumentReader({ limits }: { limits: DocumentLimits }): DocumentReader {
  const { documentMs: timeoutMs, documentMemoryMb: memoryMb } = limits;
  const readLimits = {
    pages: limits.documentPages ?? DEFAULT_READ_LIMITS.pages,
    expandedBytes: limits.documentExpandedBytes ?? DEFAULT_READ_LIMITS.expandedBytes,
  };
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const pool = createWorkerPool({
    module: new URL(`./document-worker.${extension}`, import.meta.url),
    threads: THREADS,
    waiting: WAITING,
    timeoutMs,
    memoryMb,
  });
  const run = (job: DocumentJob) => runJob(job, pool);
  const split = async (kind: "split" | "split-stored", document: DocumentInput) =>
    withTexts(splitSchema.parse(await run({ kind, document })), document);

  return {
    parseJson: (bytes) =>
      isShort(bytes) ? inlineDocumentReader.parseJson(bytes) : run({ kind: "parse-json", bytes }),
    async read(content) {
      if (isShort(content.bytes) && isPlainText(content)) return inlineDocumentReader.read(content);
      return readDocumentSchema.parse(await run({ kind: "read", ...content, limits: readLimits }));
    },
    async readText(text) {
      if (isShort(text)) return inlineDocumentReader.readText(text);
      return readDocumentSchema.parse(await run({ kind: "read-text", text }));
    },
    async split(document) {
      return isShort(document.text)
        ? inlineDocumentReader.split(document)
        : split("split", document);
    },
    async splitStored(document) {
      if (isShort(document.text)) return inlineDocumentReader.splitStored(document);
      return split("split-stored", document);
    },
    close: () => pool.close(),
  };
}

function isShort({ length }: { readonly length: number }): boolean {
  return length <= INLINE_LENGTH;
}

function withTexts(
  split: readonly Omit<Passage, "documentId" | "title" | "text">[],
  { id: documentId, title, text }: DocumentInput,
): Passage[] {
  return split.map(({ start, end, ...passage }) => ({
    ...passage,
    documentId,
    title,
    text: text.slice(start, end),
    start,
    end,
  }));
}

async function runJob(job: DocumentJob, pool: WorkerPool): Promise<unknown> {
  const reply = documentReplySchema.parse(
    await pool.run(job).catch((error: unknown) => {
      if (error instanceof JobFailed) throw toRefusal(error);
      // A library that ends its thread could not read the file.
      throw job.kind === "read" ? damaged("cannot be read: its reader failed", error) : error;
    }),
  );
  switch (reply.kind) {
    case "done":
      return reply.value;
    case "refused": {
      const { code, message, details } = reply.error;
      throw new RepriseError(code, message, { details });
    }
    case "failed":
      throw new Error(`a document could not be read: ${reply.message}`);
  }
}

const FAILURES = {
  late: "took too long to read",
  "out-of-memory": "took too much memory to read",
} as const;

function toRefusal({ reason }: JobFailed): RepriseError {
  if (reason === "too-many") {
    const message = "Too many documents are being read; try again in a moment.";
    return new RepriseError("overloaded", message, { retryAfterSeconds: 5 });
  }
  const message = FAILURES[reason];
  return new RepriseError("too_large", `The document's text ${message}; split it.`, {
    details: [{ param: "text", message }],
  });
}
