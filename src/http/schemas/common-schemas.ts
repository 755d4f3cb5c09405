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
  description: "False: some earlier answers are not in the database yet",
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
      description:
        "Tokens read from the provider's prompt cache, not from Reprise's cache; part of prompt_tokens",
    }),
    embedding_tokens: count.meta({ description: "Not in total_tokens" }),
    estimated: z
      .boolean()
      .meta({ description: "True if the provider reported no usage, or an impossible one" }),
  })
  .meta({
    id: "Usage",
    description:
      "Usage of all calls for the request: rewriting of a follow-up, a judge that the reply waited for, and the answer",
  });

export const savedSchema = z
  .object({ prompt_tokens: count, completion_tokens: count, total_tokens: count })
  .meta({ id: "SavedTokens", description: "Tokens of the model call that a hit saved" });

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
      .meta({ description: "Row of a sheet or a CSV file, from 1, counting the header" }),
    headings: z
      .array(z.string())
      .optional()
      .meta({ description: "Headings above the passage, outermost first" }),
  })
  .meta({ id: "Locator" });

export const leadSchema = z.string().meta({
  description:
    "Lines before the passage that it needs as context: the header of its table, the introduction of its list, the function around its code",
});

export const citationSchema = z
  .object({
    number: z
      .int()
      .positive()
      .optional()
      .meta({ description: "Number n of the marks [n] in the answer" }),
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
        .meta({ description: "Value of the header Retry-After, also for streams and sockets" }),
      details: z.array(z.object({ param: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: "Error" });

/** The owner of a key or user token. */
export const principalSchema = z
  .object({
    tenant: z.string(),
    name: z.string().meta({ description: "Name of the key; anonymous if no keys are configured" }),
    scopes: z.array(z.enum(["chat", "chat:all", "admin"])),
    user_id: z.string().optional().meta({ description: "The sub claim of the user token" }),
    groups: z.array(z.string()).meta({
      description: "Groups of the key or the user token: their documents may be read",
    }),
    keys_configured: z
      .boolean()
      .meta({ description: "False: no keys are configured, and every caller has all scopes" }),
  })
  .meta({ id: "Principal" });

/** For `catchall`: rejects unknown fields by name. Clients send null for fields that they leave out. */
export const unknownFieldSchema = z
  .unknown()
  .refine((value) => value === undefined || value === null, { error: "is not a known field" })
  .meta({ type: "null" });
