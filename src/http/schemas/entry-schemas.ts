import { z } from "zod";
import { PINNED_TTL_SECONDS } from "../../curation/curate-answers.ts";
import {
  citationSchema,
  idSchema,
  plainTextSchema,
  storedCountSchema,
  textSchema,
  usageSchema,
  userIdSchema,
} from "./common-schemas.ts";
import { listQuerySchema } from "./parameter-schemas.ts";

export const MAX_ANSWER = 100_000;
const id = z.string().max(200);
const selector = id.min(1, "must not be empty");
const ids = z.array(id).max(1_000);

const cited = citationSchema.extend({ passage_id: id, document_id: id });
const evidence = z.object({ document_id: id, passage_id: id });
const place = z.object({ document_id: id, headings: z.string().max(10_000) }).nullable();
const retrieved = z.object({
  fused: ids,
  by_vector: ids,
  first_fused: place,
  first_by_vector: place,
  named: ids.optional(),
});

/** Request conditions of an answer besides the question. Empty for a plain request. */
const conditions = z.strictObject({
  document_filter: z.array(idSchema).max(100).optional(),
  user_id: userIdSchema.optional(),
  profile_hash: id.optional(),
  instructions_hash: id.optional(),
  fields_hash: id.optional().meta({
    description:
      "Hash of the fields passed on to the model, such as offered tools or a JSON schema",
  }),
  locale: z.string().max(100).optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  max_tokens: storedCountSchema.positive().optional(),
});

const state = z.enum(["served", "quarantined"]);
const moment = z.iso.datetime("must be a time such as 2026-11-25T12:00:00Z");
const origin = z.enum(["generated", "curated", "imported"]);

/** A cache entry: a line of an export. */
export const entrySchema = z
  .object({
    id,
    question: z.string(),
    answer: z.string(),
    state,
    origin,
    pinned: z.boolean(),
    scope: z.string(),
    conditions,
    documents: z.array(z.string()).meta({ description: "Documents that the answer was made from" }),
    citations: z.array(cited),
    evidence: z.array(evidence),
    made_from: ids.optional().meta({
      description:
        "All documents that the model was shown. The answer is served only to readers of all of them",
    }),
    retrieved,
    conversation_id: id.nullable(),
    usage: usageSchema,
    created_at: moment,
    expires_at: moment,
  })
  .meta({ id: "CacheEntry" });

/** With its hit count, as far back as the lookup log reaches. */
export const listedEntrySchema = entrySchema
  .extend({ hits: z.int().nonnegative(), last_hit_at: z.iso.datetime().nullable() })
  .meta({ id: "ListedCacheEntry" });

/** Editable fields of a cache entry. */
export const entryEditSchema = z
  .strictObject({
    answer: plainTextSchema.min(1, "must not be empty").max(MAX_ANSWER).optional(),
    pinned: z.boolean().optional().meta({
      description:
        "true: expires in a year; false: expires after the policy's TTL, counted from now",
    }),
  })
  .meta({ id: "CacheEntryEdit" });

/** A curated answer or a line of an export. `id` and `scope` are derived again. */
export const givenAnswerSchema = z
  .strictObject({
    question: textSchema(8_000),
    answer: plainTextSchema.min(1, "must not be empty").max(MAX_ANSWER),
    pinned: z.boolean().default(false),
    ttl_seconds: z.int().positive().max(PINNED_TTL_SECONDS).optional(),
    documents: z.array(idSchema).max(100).optional(),
    citations: z.array(cited).max(100).optional(),
    ...entrySchema
      .pick({ id: true, scope: true, state: true, origin: true, conditions: true, evidence: true })
      .partial().shape,
    ...entrySchema
      .pick({
        made_from: true,
        retrieved: true,
        conversation_id: true,
        usage: true,
        created_at: true,
        expires_at: true,
      })
      .partial().shape,
  })
  .meta({ id: "GivenAnswer" });

export type GivenAnswerBody = z.infer<typeof givenAnswerSchema>;

export const importedSchema = z
  .object({
    stored: z.int().nonnegative(),
    refused: z
      .array(z.object({ line: z.int().positive(), param: z.string(), message: z.string() }))
      .meta({
        description:
          "Lines that were not imported: their passages no longer exist, or they have expired",
      }),
  })
  .meta({ id: "Imported" });

export const entryListQuerySchema = listQuerySchema.extend({
  query: z.string().max(500, "must have 500 characters at most").optional(),
  document_id: selector.optional(),
  conversation_id: selector.optional(),
});

export const entryListSchema = z
  .object({ entries: z.array(listedEntrySchema), next_cursor: z.string().nullable() })
  .meta({ id: "CacheEntryList" });

/** Exactly one selector, to prevent accidental removals. */
export const removalQuerySchema = z
  .strictObject({
    document_id: selector.optional(),
    conversation_id: selector.optional(),
    all: z
      .literal("true", "must be true")
      .optional()
      .meta({ description: "Exactly one of all, document_id and conversation_id is required" }),
    dry_run: z.enum(["true", "false"], "must be true or false").default("false"),
  })
  .superRefine(({ dry_run: _dryRun, ...selectors }, context) => {
    const given = Object.entries(selectors).filter(([, value]) => value !== undefined);
    const [first, second] = given.map(([name]) => name);
    if (first === undefined) {
      const message = "or document_id or conversation_id is required: say what to remove";
      context.addIssue({ code: "custom", path: ["all"], message });
    } else if (second !== undefined) {
      const message = `must not come with ${first}: one selector at a time`;
      context.addIssue({ code: "custom", path: [second], message });
    }
  });

export const removedEntriesSchema = z
  .object({ removed: z.int().nonnegative(), dry_run: z.boolean() })
  .meta({ id: "RemovedEntries" });
