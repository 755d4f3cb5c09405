import { z } from "zod";

/** Ids that clients choose. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, "must be 1 to 128 letters, digits, _ or -");

/** Text without NUL and without halves of characters, which no database and no model takes. */
export const plainTextSchema = z
  .string()
  .refine((text) => !text.includes("\0") && !/\p{Cs}/u.test(text), "must be text, not binary data");

/** Such text, trimmed, with something in it. */
export function textSchema(maxCharacters: number) {
  return plainTextSchema
    .trim()
    .min(1, "must not be empty")
    .max(maxCharacters, `must have ${maxCharacters} characters at most`);
}

/** US dollars with nine decimal places. */
export const moneySchema = z
  .string()
  .regex(/^-?\d+\.\d{9}$/)
  .meta({ description: "US dollars with nine decimal places", example: "0.000412500" });

const count = z.int().nonnegative();

export const usageSchema = z
  .object({
    model: z.string(),
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    cached_prompt_tokens: count.meta({
      description: "The provider's own prompt cache, never ours; part of prompt_tokens",
    }),
    embedding_tokens: count.meta({ description: "Not in total_tokens" }),
    estimated: z.boolean().meta({ description: "True when the provider sent no usage" }),
  })
  .meta({ id: "Usage" });

export const savedSchema = z
  .object({ prompt_tokens: count, completion_tokens: count, total_tokens: count })
  .meta({ id: "SavedTokens", description: "Tokens of the model call that a hit spared" });

export const costSchema = z
  .object({
    currency: z.literal("USD"),
    total: moneySchema,
    saved: moneySchema,
    net_saved: moneySchema,
    priced: z.boolean(),
  })
  .meta({ id: "Cost" });

export const citationSchema = z
  .object({
    number: z
      .int()
      .positive()
      .optional()
      .meta({ description: "The n of the marks [n] in the answer" }),
    document_id: z.string(),
    title: z.string(),
    passage: z.string(),
    start: count.meta({ description: "Offset in the document's text, in UTF-16 units" }),
    end: count,
    score: z.number(),
  })
  .meta({ id: "Citation" });

export const errorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      code: z.string(),
      param: z.string().nullable(),
      request_id: z.string(),
      details: z.array(z.object({ param: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: "Error" });
