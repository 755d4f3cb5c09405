import { z } from "zod";
import { citationSchema, idSchema, textSchema } from "./common-schemas.ts";

const title = textSchema(300);
const source = textSchema(2_000);
const text = z.string().min(1, "must not be empty");

export const documentRequestSchema = z
  .strictObject({
    title,
    text,
    source: source.optional(),
    id: idSchema.optional().meta({ description: "An id that exists is replaced; none: a new one" }),
  })
  .meta({ id: "DocumentRequest" });

export const documentUpdateSchema = z
  .strictObject({ title, text, source: source.optional() })
  .meta({ id: "DocumentUpdate" });

/** Fields beside the file of an upload. */
export const uploadFieldsSchema = z.strictObject({
  title: title.optional(),
  source: source.optional(),
  id: idSchema.optional(),
});

const count = z.int().nonnegative();

export const ingestReportSchema = z
  .object({
    id: z.string(),
    version: count,
    passages: count,
    embedded: count,
    reused: count,
    removed: count,
    invalidated_answers: count,
  })
  .meta({ id: "IngestReport" });

const documentFields = {
  id: z.string(),
  title: z.string(),
  source: z.string().nullable(),
  version: count,
  passages: count,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const documentListSchema = z
  .object({ documents: z.array(z.object(documentFields)), next_cursor: z.string().nullable() })
  .meta({ id: "DocumentList" });

export const documentSchema = z
  .object({ ...documentFields, text: z.string() })
  .meta({ id: "Document" });

export const removedDocumentSchema = z
  .object({ id: z.string(), invalidated_answers: count })
  .meta({ id: "RemovedDocument" });

export const listQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(500).optional(),
});

export const searchRequestSchema = z
  .strictObject({ query: textSchema(8_000), limit: z.int().min(1).max(50).default(5) })
  .meta({ id: "SearchRequest" });

export const searchResultSchema = z
  .object({
    passages: z.array(
      citationSchema.extend({
        headings: z.array(z.string()),
        similarity: z.number().nullable(),
        text_score: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: "SearchResult" });
