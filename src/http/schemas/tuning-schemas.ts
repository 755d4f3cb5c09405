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
      .meta({ description: "Two questions, and whether one answer does for both" }),
    lookups: z
      .literal(true, "must be true, or left out")
      .optional()
      .meta({ description: "The log of lookups, with the labels that it has" }),
    ...rangeQuerySchema.shape,
    target_wrong_hit_rate: z
      .number()
      .gt(0, "must be above 0")
      .lt(1, "must be below 1")
      .default(0.01)
      .meta({ description: "The share of the served answers that may be wrong" }),
  })
  .superRefine(({ pairs, lookups }, context) => {
    if ((pairs === undefined) !== (lookups === undefined)) return;
    const message = pairs === undefined ? "or lookups is required" : "must not come with lookups";
    context.addIssue({ code: "custom", path: ["pairs"], message });
  })
  .meta({ id: "EvaluateRequest" });

const thresholdSchema = z.object({
  threshold: rate,
  hits: count.meta({ description: "All that it would have served" }),
  hit_rate: rate,
  labelled_hits: count.meta({ description: "Of those by which it is judged: with a label" }),
  wrong_hits: count,
  unlabelled_hits: count.meta({ description: "Without a label; in the bound they are wrong" }),
  upper_bound: rate.meta({ description: "Clopper-Pearson, one-sided, 95 %; 1 without hits" }),
  saved: z.object({ total_tokens: count, usd: moneySchema }),
});

const insufficientSchema = z
  .object({
    reason: z.enum(["too-few-labels", "too-many-wrong"]),
    labels_needed: count.nullable().meta({
      description: "Would-be hits still to be labelled; null where more would not help",
    }),
  })
  .nullable();

const curveFields = {
  thresholds: z
    .array(thresholdSchema)
    .meta({ description: "Strict to loose; pairs spare nothing that is known" }),
  recommended: rate.nullable().meta({
    description: "The loosest threshold of an unbroken row whose bounds meet the target",
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
    lookups: count.optional().meta({ description: "This and what follows: of a log only" }),
    days: z.number().optional().meta({ description: "That the log covers, at least an hour" }),
    exact_hits: count.optional().meta({ description: "Served at every threshold; in no row" }),
    in_force: z.object({ threshold: rate, grey_threshold: rate }).optional(),
    grey: z.object(curveFields).optional().meta({ description: "The grey zone by itself" }),
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
      .meta({ description: "By the source of the documents" }),
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
  .meta({ id: "ReplayRequest", description: "What is left out is as the policy in force has it" });

const figuresSchema = z.object({
  lookups: count,
  hits: z.object({ exact: count, semantic: count, verified: count }),
  misses: count,
  hit_rate: rate,
  labelled_hits: count.meta({ description: "Hits by similarity of which it is known" }),
  wrong_hits: count,
  saved: z.object({ total_tokens: count, usd: moneySchema }),
});

export const replaySchema = z
  .object({
    lookups: count,
    from: z.iso.datetime().nullable().meta({ description: "The first lookup" }),
    to: z.iso.datetime().nullable().meta({ description: "The last one" }),
    setting: z.object({
      threshold: rate,
      grey_threshold: rate,
      guards: policySchema.shape.guards,
      evidence: policySchema.shape.evidence,
      ttl_seconds: count,
    }),
    logged: figuresSchema.meta({ description: "As it was" }),
    current: figuresSchema.meta({ description: "Asked again under the policy in force" }),
    replayed: figuresSchema.meta({ description: "Asked again under the setting" }),
    cut: z.boolean().meta({ description: "True: only the newest 10,000 lookups are in it" }),
  })
  .meta({ id: "Replay" });

const wrongHitRateFields = {
  runs: count,
  wrong: count,
  wrong_hit_rate: rate.nullable(),
  lower_bound: rate.meta({ description: "Of the two-sided Clopper-Pearson interval at 95 %" }),
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
      .meta({ description: "Runs by whose word it is that the answers are the same, or not" }),
    cost: z.object({ currency: z.literal("USD"), total: moneySchema }),
    shadow_rate: rate.meta({ description: "In force now" }),
    target_wrong_hit_rate: rate.nullable(),
    warnings: z.array(z.object({ code: z.enum(["no-judge"]), message: z.string() })).meta({
      description: "no-judge: the target in force is held by a rule alone, no JUDGE_MODEL is named",
    }),
  })
  .meta({ id: "ShadowReport", description: "Of the newest 100,000 runs of the time" });
