import { z } from "zod";
import { moneySchema, textSchema } from "./common-schemas.ts";
import { policyRequestSchema, policySchema } from "./policy-schemas.ts";
import { rangeQuerySchema } from "./record-schemas.ts";

/** Maximum pairs of an evaluation. */
const MAX_PAIRS = 10_000;
/** Maximum characters, as for a question. */
const MAX_CHARACTERS = 8_000;

const rate = z.number().min(0).max(1);
const count = z.int().nonnegative();
const question = textSchema(MAX_CHARACTERS);

export const evaluateRequestSchema = z
  .strictObject({
    pairs: z
      .array(
        z.object({
          a: question,
          b: question,
          same: z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean),
        }),
      )
      .min(1, "must have at least one pair")
      .max(MAX_PAIRS, `must have ${MAX_PAIRS} pairs at most`)
      .optional()
      .meta({ description: "Two questions, and whether one answer is correct for both" }),
    lookups: z
      .literal(true, "must be true, or omitted")
      .optional()
      .meta({ description: "Evaluate the lookup log with its labels" }),
    ...rangeQuerySchema.shape,
    target_wrong_hit_rate: z
      .number()
      .gt(0, "must be above 0")
      .lt(1, "must be below 1")
      .default(0.01)
      .meta({ description: "Maximum share of wrong answers among the hits" }),
  })
  .superRefine(({ pairs, lookups }, context) => {
    if ((pairs === undefined) !== (lookups === undefined)) return;
    const message = pairs === undefined ? "or lookups is required" : "must not come with lookups";
    context.addIssue({ code: "custom", path: ["pairs"], message });
  })
  .meta({ id: "EvaluateRequest" });

const thresholdSchema = z.object({
  threshold: rate,
  hits: count.meta({ description: "Hits at this threshold" }),
  hit_rate: rate,
  labelled_hits: count.meta({ description: "Labelled hits that count for the estimate" }),
  wrong_hits: count,
  unlabelled_hits: count.meta({
    description: "Hits without a label; the upper bound counts them as wrong",
  }),
  upper_bound: rate.meta({ description: "One-sided 95 % Clopper-Pearson bound; 1 without hits" }),
  saved: z.object({ total_tokens: count, usd: moneySchema }),
});

const insufficientSchema = z
  .object({
    reason: z.enum(["too-few-labels", "too-many-wrong"]),
    labels_needed: count.nullable().meta({
      description: "Hits still to be labelled; null if more labels would not help",
    }),
  })
  .nullable();

const curveFields = {
  thresholds: z
    .array(thresholdSchema)
    .meta({ description: "From strict to loose; pairs have no known savings" }),
  recommended: rate.nullable().meta({
    description: "The loosest threshold that meets the target, as do all stricter ones",
  }),
  insufficient_data: insufficientSchema,
};

export const evaluationSchema = z
  .object({
    embedder: z.string(),
    target_wrong_hit_rate: rate,
    confidence: rate,
    labels: count,
    ...curveFields,
    lookups: count
      .optional()
      .meta({ description: "This field and the following ones are only set for a log" }),
    days: z.number().optional().meta({ description: "Days that the log covers; at least an hour" }),
    exact_hits: count
      .optional()
      .meta({ description: "Exact hits; served at every threshold and not included in the rows" }),
    in_force: z.object({ threshold: rate, grey_threshold: rate }).optional(),
    grey: z
      .object(curveFields)
      .optional()
      .meta({ description: "The same for the grey zone alone" }),
    categories: z
      .array(
        z.object({
          category: z.string(),
          lookups: count,
          labels: count,
          recommended: rate.nullable(),
          insufficient_data: insufficientSchema,
        }),
      )
      .optional()
      .meta({ description: "The same by source of the documents" }),
    warnings: z
      .array(
        z.object({
          code: z.enum(["embedder-changed", "knowledge-changed", "unpriced"]),
          message: z.string(),
          count,
        }),
      )
      .optional(),
  })
  .meta({ id: "Evaluation" });

export const replayRequestSchema = z
  .strictObject({
    ...policyRequestSchema.pick({
      threshold: true,
      grey_threshold: true,
      guards: true,
      evidence: true,
      ttl_seconds: true,
    }).shape,
    ...rangeQuerySchema.shape,
  })
  .meta({
    id: "ReplayRequest",
    description: "Omitted fields have the values of the current policy",
  });

const figuresSchema = z.object({
  lookups: count,
  hits: z.object({ exact: count, semantic: count, verified: count }),
  misses: count,
  hit_rate: rate,
  labelled_hits: count.meta({ description: "Semantic hits with a label" }),
  wrong_hits: count,
  saved: z.object({ total_tokens: count, usd: moneySchema }),
});

export const replaySchema = z
  .object({
    lookups: count,
    from: z.iso.datetime().nullable().meta({ description: "Time of the first lookup" }),
    to: z.iso.datetime().nullable().meta({ description: "Time of the last lookup" }),
    setting: z.object({
      threshold: rate,
      grey_threshold: rate,
      guards: policySchema.shape.guards,
      evidence: policySchema.shape.evidence,
      ttl_seconds: count,
    }),
    logged: figuresSchema.meta({ description: "What happened" }),
    current: figuresSchema.meta({ description: "Replayed with the current policy" }),
    replayed: figuresSchema.meta({ description: "Replayed with the requested settings" }),
    cut: z.boolean().meta({ description: "True: only the newest 10,000 lookups are included" }),
  })
  .meta({ id: "Replay" });

const wrongHitRateFields = {
  runs: count,
  wrong: count,
  wrong_hit_rate: rate.nullable(),
  lower_bound: rate.meta({
    description: "Lower end of the two-sided 95 % Clopper-Pearson interval",
  }),
  upper_bound: rate,
};

export const shadowReportSchema = z
  .object({
    ...wrongHitRateFields,
    confidence: rate,
    by_tier: z.object({
      semantic: z.object(wrongHitRateFields),
      verified: z.object(wrongHitRateFields),
    }),
    decided_by: z
      .object({ rule: count, judge: count, person: count })
      .meta({ description: "Number of runs by what decided whether the answers are the same" }),
    cost: z.object({ currency: z.literal("USD"), total: moneySchema }),
    shadow_rate: rate.meta({ description: "Current value" }),
    target_wrong_hit_rate: rate.nullable(),
    warnings: z.array(z.object({ code: z.enum(["no-judge"]), message: z.string() })).meta({
      description: "no-judge: no JUDGE_MODEL is set, so only a rule compares the answers",
    }),
  })
  .meta({ id: "ShadowReport", description: "Figures of the newest 100,000 runs of the period" });
