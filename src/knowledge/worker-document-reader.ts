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
 * Plain text up to this length is read in this thread: the slowest takes about 25 ms
 * (`npm run bench:ingest` prints the figure), and a thread takes as long to begin. All that needs a
 * library to be opened is read in a worker thread whatever its length.
 */
const INLINE_LENGTH = 64 * 1024;
const THREADS = 2;
const WAITING = 16;

/** What reading a document may take. */
interface DocumentLimits {
  /** For one step. */
  readonly documentMs: number;
  /** Of one thread. */
  readonly documentMemoryMb: number;
  readonly documentPages?: number | undefined;
  /** Of an archive, unpacked. */
  readonly documentExpandedBytes?: number | undefined;
}

/**
 * Reads large documents, and all that are no plain text, in worker threads: a hostile one ends its
 * thread, and nobody waits for it.
 *
 * @throws RepriseError from its methods also `too_large` where a document takes more than that, and
 *   `overloaded` where too many wait
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
      // A library that ends its thread has met a file that it cannot read.
      throw job.kind === "read" ? damaged("could not be read: its reader failed", error) : error;
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
  late: "takes too long to read",
  "out-of-memory": "takes too much memory to read",
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
