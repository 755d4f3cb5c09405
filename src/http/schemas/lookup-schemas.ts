import { z } from "zod";
import { LABEL_SOURCES } from "../../tuning/types.ts";
import { moneySchema, textSchema } from "./common-schemas.ts";
import { listQuerySchema } from "./parameter-schemas.ts";
import { rangeQuerySchema } from "./record-schemas.ts";

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

const filters = {
  ...rangeQuerySchema.shape,
  label: z.enum(["none", "any", "same", "different"]).optional(),
  verdict: z.enum(["hit", "miss"]).optional(),
};

export const lookupExportQuerySchema = z.strictObject(filters);

export const lookupListQuerySchema = listQuerySchema.extend({
  ...filters,
  near_misses: z.enum(["true", "false"], "must be true or false").default("false"),
});

export const labelRequestSchema = z
  .strictObject({
    same: z.boolean().meta({ description: "True: the cached answer answers the question" }),
    note: textSchema(1_000).nullish(),
  })
  .meta({ id: "LabelRequest" });

const labelSchema = z
  .object({
    same: z.boolean(),
    source: z.enum(LABEL_SOURCES).meta({ description: "In order of priority, highest first" }),
    author: z.string(),
    note: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: "LookupLabel" });

const from = z.number().nullable();

export const lookupSchema = z
  .object({
    id: z.string().meta({ description: "The message's" }),
    created_at: z.iso.datetime(),
    conversation_id: z.string().nullable(),
    question: z.string().nullable().meta({ description: "null if the log stores only hashes" }),
    question_hash: z.string(),
    language: z.string().nullable().meta({
      description:
        "BCP 47 code of the question's language; null if undetermined, or if the log stores only hashes",
    }),
    verdict: z.enum(["hit", "miss"]),
    tier: z.enum(["exact", "semantic", "verified"]).nullable(),
    reasons: z.array(z.string()),
    threshold: share,
    grey_threshold: share,
    similarity: share.nullable(),
    nearest: z
      .object({
        entry_id: z.string(),
        question: z.string().nullable(),
        question_hash: z.string(),
        documents: z.array(z.string()),
      })
      .nullable()
      .meta({ description: "The served entry, or the first one that some threshold would serve" }),
    served_from: z
      .object({ serve: from, grey: from })
      .meta({ description: "Thresholds at or below which nearest is served; null: never served" }),
    below_by: z
      .number()
      .nullable()
      .meta({ description: "For near misses: how much lower the threshold would have to be" }),
    candidates: z.array(
      z.object({ entry_id: z.string(), similarity: share, serve: from, grey: from }),
    ),
    embedder: z.string(),
    knowledge_version: z.string(),
    stored: z.boolean().meta({ description: "True: the answer to the missed question was cached" }),
    saved: z
      .object({ total_tokens: count, usd: moneySchema })
      .meta({ description: "What serving nearest saves" }),
    label: labelSchema.nullable().meta({ description: "The label that counts" }),
    labels: z.array(labelSchema),
  })
  .meta({ id: "Lookup" });

export const lookupListSchema = z
  .object({ lookups: z.array(lookupSchema), next_cursor: z.string().nullable() })
  .meta({ id: "LookupList" });
