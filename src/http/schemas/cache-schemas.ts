import { z } from "zod";
import { cacheOutcomeSchema, chatRequestSchema } from "./chat-schemas.ts";
import { completeSchema, moneySchema } from "./common-schemas.ts";
import { limitSchema } from "./parameter-schemas.ts";
import { rangeQuerySchema } from "./record-schemas.ts";

export const cacheStatsQuerySchema = rangeQuerySchema.extend({
  limit: limitSchema(20),
});

const count = z.int().nonnegative();

export const cacheStatsSchema = z
  .object({
    entries: z.object({ total: count }).meta({ description: "Current number of cached answers" }),
    requests: count.meta({
      description: "Requests in the period, as are hits, misses and savings",
    }),
    hits: z.object({ exact: count, semantic: count, verified: count }),
    misses: count,
    hit_rate: z.number().min(0).max(1),
    saved: moneySchema,
    net_saved: moneySchema,
    most_asked: z.array(z.object({ question: z.string(), times: z.int().positive() })).meta({
      description: "Most frequent questions, cached ones included; highest first",
    }),
    most_saved: z.array(z.object({ question: z.string(), saved: moneySchema })).meta({
      description: "Questions whose cached answers saved most",
    }),
    complete: completeSchema,
  })
  .meta({ id: "CacheStats" });

const { message, conversation_id, user_id, documents, locale } = chatRequestSchema.shape;

export const explainRequestSchema = z
  .strictObject({ message, conversation_id, user_id, documents, locale })
  .meta({ id: "ExplainRequest" });

const reasons = z.array(z.string());

export const explanationSchema = z
  .object({
    question: z
      .string()
      .meta({ description: "The standalone question, if it can be made without a model" }),
    scope: z.string(),
    language: cacheOutcomeSchema.shape.language,
    threshold: z.number(),
    grey_threshold: z.number(),
    ...cacheOutcomeSchema.pick({ status: true, tier: true, kind: true }).shape,
    reasons,
    nearest: z.array(
      z.object({
        entry_id: z.string(),
        question: z.string(),
        similarity: z.number(),
        guards: z.array(
          z.object({ guard: z.string(), strength: z.enum(["hard", "soft"]), reason: z.string() }),
        ),
        evidence: z.object({
          stands: z.boolean().meta({
            description:
              "False if its passages have changed, or documents were added to a tenant that had none",
          }),
          agreement: z.enum(["both", "one", "none", "apart", "unknown"]),
          documents: z.array(z.string()),
        }),
        verdict: z.object({ tier: cacheOutcomeSchema.shape.tier, reasons }),
      }),
    ),
  })
  .meta({ id: "Explanation" });
