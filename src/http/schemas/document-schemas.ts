import { z } from "zod";
import { FILE_SOURCE } from "../../knowledge/file-source.ts";
import { jobStates, jobSteps } from "../../knowledge/job-types.ts";
import {
  citationSchema,
  idSchema,
  leadSchema,
  locatorSchema,
  textSchema,
} from "./common-schemas.ts";
import { listQuerySchema, numberInQuery } from "./parameter-schemas.ts";

const title = textSchema(300);
/** A client's label for the document's origin. The prefix of knowledge folder files is reserved. */
const source = textSchema(2_000).refine(
  (source) => !source.toLowerCase().startsWith(FILE_SOURCE),
  `must not begin with ${FILE_SOURCE}, which the files of the knowledge folder have`,
);
const text = z.string().min(1, "must not be empty");
const groupList = z
  .array(textSchema(200))
  .max(100)
  .transform((names) => [...new Set(names)]);
const groups = groupList.meta({
  description: "Groups whose members may read it; empty: everybody. Left out: as before",
});

export const documentRequestSchema = z
  .strictObject({
    title,
    text,
    source: source.optional(),
    groups: groups.optional(),
    id: idSchema
      .optional()
      .meta({ description: "An existing document with this id is replaced. Default: a new id" }),
  })
  .meta({ id: "DocumentRequest" });

export const documentUpdateSchema = z
  .strictObject({ title, text, source: source.optional(), groups: groups.optional() })
  .meta({ id: "DocumentUpdate" });
export type DocumentUpdate = z.infer<typeof documentUpdateSchema>;

export const documentGroupsSchema = z
  .strictObject({ groups: groupList })
  .meta({ id: "DocumentGroups" });

export const documentGroupsReplySchema = z
  .object({ id: z.string(), groups: z.array(z.string()) })
  .meta({ id: "DocumentReaders" });

/** Other fields of an upload. */
export const uploadFieldsSchema = z.strictObject({
  title: title.optional(),
  source: source.optional(),
  id: idSchema.optional(),
  groups: z
    .union([z.array(z.string()), z.string().transform((name) => (name === "" ? [] : [name]))])
    .pipe(groupList)
    .optional()
    .meta({ description: "A field for each group whose members may read it; empty: everybody" }),
});

export const documentUploadSchema = uploadFieldsSchema
  .extend({ file: z.file().meta({ description: "The file type is detected by content" }) })
  .meta({ id: "DocumentUpload" });

/** Name of an uploaded file: the default source. */
export const fileNameSchema = z.object({ file: source });

const flag = (description: string) =>
  z
    .enum(["true", "false"], "must be true or false")
    .default("false")
    .transform((value) => value === "true")
    .meta({ description });

export const documentChangeQuerySchema = z.strictObject({
  dry_run: flag("true: reports what would change, and changes nothing"),
});

export const documentCreationQuerySchema = documentChangeQuerySchema
  .extend({ async: flag("true: replies 202 with a job, and stores the document afterwards") })
  .refine((query) => !(query.async && query.dry_run), {
    path: ["async"],
    message: "must not be true in a dry run",
  });
export type DocumentChangeQuery = z.infer<typeof documentChangeQuerySchema>;

const count = z.int().nonnegative();

const dryRun = z
  .literal(true)
  .optional()
  .meta({ description: "True: nothing was changed; the figures are those of a real run" });

export const ingestReportSchema = z
  .object({
    id: z.string(),
    version: count,
    passages: count,
    embedded: count,
    reused: count,
    removed: count,
    invalidated_answers: count,
    dry_run: dryRun,
    skipped: z
      .array(z.object({ file: z.string(), reason: z.string() }))
      .optional()
      .meta({ description: "Members of an archive and attachments that could not be read" }),
  })
  .meta({ id: "IngestReport" });

export const documentSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  source: z.string().nullable(),
  version: count,
  passages: count,
  groups: z
    .array(z.string())
    .meta({ description: "Groups whose members may read it; empty: everybody" }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export const documentListSchema = z
  .object({ documents: z.array(documentSummarySchema), next_cursor: z.string().nullable() })
  .meta({ id: "DocumentList" });

export const documentSchema = z
  .object({ ...documentSummarySchema.shape, text: z.string() })
  .meta({ id: "Document" });

const versionSchema = z.object({
  version: count,
  title: z.string(),
  source: z.string().nullable(),
  characters: count,
  created_at: z.iso.datetime(),
});

export const documentVersionsSchema = z
  .object({ versions: z.array(versionSchema) })
  .meta({ id: "DocumentVersions" });

export const documentVersionSchema = versionSchema
  .extend({ id: z.string(), text: z.string() })
  .meta({ id: "DocumentVersion" });

const passageSchema = z.object({
  headings: z.array(z.string()),
  text: z.string(),
  start: count,
  end: count,
  lead: leadSchema.optional(),
  locator: locatorSchema,
});

export const comparisonQuerySchema = z.strictObject({
  to: numberInQuery(z.int().positive())
    .optional()
    .meta({ description: "The version to compare with; left out: the present one" }),
});

export const comparedVersionsSchema = z
  .object({
    id: z.string(),
    from: count,
    to: count,
    same: count.meta({ description: "Passages that both have, wherever they are" }),
    changes: z
      .array(z.object({ before: passageSchema.nullable(), after: passageSchema.nullable() }))
      .meta({ description: "In the order of the text; both sides where one replaces the other" }),
  })
  .meta({ id: "ComparedVersions" });

export const documentPassagesSchema = z
  .object({ passages: z.array(passageSchema) })
  .meta({ id: "DocumentPassages", description: "Passages in the order of the text" });

export const removedDocumentSchema = z
  .object({
    id: z.string(),
    invalidated_answers: count,
    removed: count.optional().meta({ description: "With dry_run: passages that would be removed" }),
    dry_run: dryRun,
  })
  .meta({ id: "RemovedDocument" });

export const documentTextSchema = z
  .object({
    id: z.string(),
    version: count,
    text: z
      .string()
      .meta({ description: "Text as read from the file; start and end are offsets in it" }),
    places: z
      .array(
        locatorSchema
          .omit({ headings: true })
          .extend({ start: count, part: z.string().optional() }),
      )
      .meta({ description: "Positions in the file; each applies from its start on" }),
  })
  .meta({ id: "DocumentText" });

export const documentListQuerySchema = listQuerySchema.extend({
  query: textSchema(200).optional(),
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

export const jobSchema = z
  .object({
    id: z.string(),
    state: z.enum(jobStates),
    step: z.enum(jobSteps),
    progress: z
      .object({ embedded: count, to_embed: count })
      .meta({ description: "Embedded passages; 0 of 0 until their number is known" }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    files: z.array(
      z.object({
        file: z.string().nullable(),
        document_id: z.string(),
        report: ingestReportSchema.optional(),
        skipped: z.array(z.object({ file: z.string(), reason: z.string() })).optional(),
        error: z
          .object({ code: z.string(), message: z.string(), status: z.int() })
          .optional()
          .meta({ description: "Why the file was not stored; the same error as without async" }),
      }),
    ),
  })
  .meta({ id: "Job", description: "A document that is stored after the reply" });

export const jobReplySchema = z.object({ job: jobSchema }).meta({ id: "JobReply" });
