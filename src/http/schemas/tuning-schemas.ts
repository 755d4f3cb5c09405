import { z } from "zod";
import { moneySchema, textSchema } from "./common-schemas.ts";

/** Pairs of one evaluation. */
const MAX_PAIRS = 10_000;
/** As long as a question may be. */
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
      .meta({ description: "Two questions, and whether one answer does for both" }),
    target_wrong_hit_rate: z
      .number()
      .gt(0, "must be above 0")
      .lt(1, "must be below 1")
      .default(0.01)
      .meta({ description: "The share of the served answers that may be wrong" }),
  })
  .meta({ id: "EvaluateRequest" });

export const evaluationSchema = z
  .object({
    embedder: z.string(),
    target_wrong_hit_rate: rate,
    confidence: rate,
    labels: count,
    thresholds: z
      .array(
        z.object({
          threshold: rate,
          hits: count,
          hit_rate: rate,
          wrong_hits: count,
          upper_bound: rate.meta({
            description: "Clopper-Pearson, one-sided, 95 %; 1 without hits",
          }),
          saved: z.object({ total_tokens: count, usd: moneySchema }),
        }),
      )
      .meta({ description: "Strict to loose; pairs spare nothing that is known" }),
    recommended: rate.nullable().meta({
      description: "The loosest threshold of an unbroken row whose bounds meet the target",
    }),
    insufficient_data: z
      .object({
        reason: z.enum(["too-few-labels", "too-many-wrong"]),
        labels_needed: count.nullable().meta({
          description: "Would-be hits still to be labelled; null where more would not help",
        }),
      })
      .nullable(),
  })
  .meta({ id: "Evaluation" });
