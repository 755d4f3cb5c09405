import { z } from "zod";
import { plainTextSchema, unknownFieldSchema } from "./common-schemas.ts";

/** Maximum characters of a text. Embedders have lower limits and report them. */
const MAX_TEXT = 100_000;
const MAX_TEXTS = 2_048;

const text = plainTextSchema
  .min(1, "must not be empty")
  .max(MAX_TEXT, `must have ${MAX_TEXT} characters at most`);
const tokens = z.array(z.union([z.number(), z.array(z.number())])).min(1);
const input = z
  .union([text, z.array(text).min(1, "must not be empty")], {
    error: ({ input: given }) =>
      tokens.safeParse(given).success
        ? "must be a text or a list of texts: lists of token numbers are not supported"
        : undefined,
  })
  .refine((given) => typeof given === "string" || given.length <= MAX_TEXTS, {
    error: `must have ${MAX_TEXTS} texts at most`,
  });

export const embeddingRequestSchema = z
  .object({
    model: z.string().max(1_000).nullish(),
    input,
    encoding_format: z.enum(["float", "base64"]).nullish(),
    dimensions: z.int().positive().nullish(),
    user: z.string().nullish(),
  })
  .catchall(unknownFieldSchema)
  .meta({ id: "EmbeddingRequest" });

const count = z.int().nonnegative();

export const embeddingsSchema = z
  .object({
    object: z.literal("list"),
    model: z.string(),
    data: z.array(
      z.object({
        object: z.literal("embedding"),
        index: count,
        embedding: z.union([z.array(z.number()), z.string()]).meta({
          description: "Numbers, or with the encoding base64 their 32-bit floats, little-endian",
        }),
      }),
    ),
    usage: z.object({
      prompt_tokens: count.meta({ description: "Billed; 0 where the embedder costs nothing" }),
      total_tokens: count,
    }),
  })
  .meta({ id: "Embeddings" });
