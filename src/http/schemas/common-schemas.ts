import { z } from "zod";
import { USER_ID } from "../../identity/owner-names.ts";
import { visibleText } from "../../visible-text.ts";

/** Ids that clients choose. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, "must be 1 to 128 letters, digits, _ or -");

/** Maximum of an integer column in every supported database. */
const MAX_INTEGER = 2_147_483_647;

/** A count that may be stored in the database. */
export const storedCountSchema = z
  .int()
  .nonnegative()
  .max(MAX_INTEGER, `must be at most ${MAX_INTEGER}`);

/** User ids: the claim `sub` of a token, or a label from the client. */
export const userIdSchema = z
  .string()
  .regex(USER_ID, "must be 1 to 128 letters, digits or _ . @ | : + = ~ -");

/** Text without NUL and lone surrogates, which databases and models reject. Removes invisible characters. */
export const plainTextSchema = z
  .string()
  .refine((text) => !text.includes("\0") && !/\p{Cs}/u.test(text), "must be text, not binary data")
  .overwrite(visibleText);

/** Trimmed, non-empty text. */
export function textSchema(maxCharacters: number) {
  return plainTextSchema
    .trim()
    .min(1, "must not be empty")
    .max(maxCharacters, `must have ${maxCharacters} characters at most`);
}

/** For reads that wait for pending writes. */
export const completeSchema = z.boolean().meta({
  description: "False: answers that were given before are still on their way to the record",
});

/** US dollars with nine decimal places. */
export const moneySchema = z
  .string()
  .regex(/^-?\d+\.\d{9}$/)
  .meta({ description: "US dollars with nine decimal places", example: "0.000412500" });

const count = storedCountSchema;

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
    estimated: z
      .boolean()
      .meta({ description: "True when the provider sent no usage, or one that cannot be" }),
  })
  .meta({
    id: "Usage",
    description:
      "Of all that was called for the request: rewriting a follow-up, a judge that its reply waited for, the answer",
  });

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

/** Position of a passage in its document's source file. */
export const locatorSchema = z
  .object({
    page: z.int().positive().optional().meta({ description: "Page or slide, from 1" }),
    sheet: z.string().optional(),
    row: z
      .int()
      .positive()
      .optional()
      .meta({ description: "Row of a sheet or a CSV file, from 1 and with the header" }),
    headings: z.array(z.string()).optional().meta({ description: "Outermost first" }),
  })
  .meta({ id: "Locator" });

export const leadSchema = z.string().meta({
  description:
    "Lines from above the passage that it is understood by: the header of its table, what leads in its list, the function that its code is in",
});

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
    lead: leadSchema.optional(),
    locator: locatorSchema.optional(),
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
      retry_after_seconds: z
        .int()
        .positive()
        .optional()
        .meta({ description: "As the header Retry-After, for streams and sockets too" }),
      details: z.array(z.object({ param: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: "Error" });

/** The owner of a key or user token. */
export const principalSchema = z
  .object({
    tenant: z.string(),
    name: z.string().meta({ description: "Of the key; anonymous where no keys are configured" }),
    scopes: z.array(z.enum(["chat", "chat:all", "admin"])),
    user_id: z.string().optional().meta({ description: "The sub of the user token that came" }),
    groups: z.array(z.string()).meta({
      description: "Groups whose documents are read, of the key or the user token",
    }),
    keys_configured: z.boolean().meta({ description: "False: everybody has all scopes" }),
  })
  .meta({ id: "Principal" });

/** For `catchall`: rejects unknown fields by name. Clients send null for fields that they leave out. */
export const unknownFieldSchema = z
  .unknown()
  .refine((value) => value === undefined || value === null, { error: "is not a known field" })
  .meta({ type: "null" });
