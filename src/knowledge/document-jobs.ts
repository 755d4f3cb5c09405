import { z } from "zod";
import { RepriseError, isErrorCode } from "../errors.ts";
import { parseJsonValues } from "./document-reader.ts";
import { readDocumentContent, readDocumentText } from "./load.ts";
import { splitWithinBounds } from "./split-within-bounds.ts";
import { splitDocument } from "./split.ts";
import { locatorSchema, textPlaceSchema } from "./text-places.ts";
import type { Passage } from "./types.ts";

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const documentSchema = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  source: z.string().nullable(),
  places: z.array(textPlaceSchema).readonly().optional(),
});

/** Job message to a worker thread. */
export const documentJobSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("parse-json"), bytes }),
  z.object({
    kind: z.literal("read"),
    bytes,
    mediaType: z.string().optional(),
    fileName: z.string().optional(),
    limits: z.object({ pages: z.number(), expandedBytes: z.number() }),
  }),
  z.object({ kind: z.literal("read-text"), text: z.string() }),
  z.object({ kind: z.literal("split"), document: documentSchema }),
  z.object({ kind: z.literal("split-stored"), document: documentSchema }),
]);
export type DocumentJob = z.infer<typeof documentJobSchema>;

/** Schemas of the results. */
export const readDocumentSchema = z.object({
  title: z.string(),
  text: z.string(),
  places: z.array(textPlaceSchema).optional(),
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })).optional(),
});
/** Passages without texts, which the receiver has in the document. */
export const splitSchema = z.array(
  z.object({
    id: z.string(),
    headings: z.array(z.string()),
    start: z.number(),
    end: z.number(),
    lead: z.string().optional(),
    locator: locatorSchema.optional(),
  }),
);

const failureSchema = z.object({
  code: z.string().refine(isErrorCode),
  message: z.string(),
  details: z.array(z.object({ param: z.string(), message: z.string() })),
});
/** Reply of a worker thread. */
export const documentReplySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), value: z.unknown() }),
  z.object({ kind: z.literal("refused"), error: failureSchema }),
  z.object({ kind: z.literal("failed"), message: z.string() }),
]);
export type DocumentReply = z.infer<typeof documentReplySchema>;

/** Runs a job in the worker thread. */
export async function runDocumentJob(job: DocumentJob): Promise<DocumentReply> {
  try {
    return { kind: "done", value: await workOn(job) };
  } catch (error) {
    if (error instanceof RepriseError) {
      const { code, message, details } = error;
      return { kind: "refused", error: { code, message, details: [...details] } };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: "failed", message };
  }
}

function workOn(job: DocumentJob): unknown {
  switch (job.kind) {
    case "parse-json":
      return parseJsonValues(job.bytes);
    case "read":
      return readDocumentContent(job, job.limits);
    case "read-text":
      return readDocumentText(job.text);
    case "split":
      return splitWithinBounds(job.document).map(withoutText);
    case "split-stored":
      return splitDocument(job.document).map(withoutText);
  }
}

function withoutText({ text: _text, documentId: _document, title: _title, ...passage }: Passage) {
  return passage;
}
