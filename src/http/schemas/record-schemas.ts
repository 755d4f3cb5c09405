import { z } from "zod";
import { isTimeZone } from "../../usage/local-days.ts";
import {
  citationSchema,
  completeSchema,
  costSchema,
  idSchema,
  moneySchema,
  savedSchema,
  textSchema,
  usageSchema,
  userIdSchema,
} from "./common-schemas.ts";
import { listQuerySchema } from "./parameter-schemas.ts";

const count = z.int().nonnegative();

export const conversationListQuerySchema = listQuerySchema.extend({
  query: textSchema(200).optional(),
  user_id: userIdSchema.optional(),
});

const conversationFields = {
  id: z.string(),
  title: z.string().meta({ description: "The beginning of its first question" }),
  user_id: z.string().nullable(),
  forked_from: z.string().nullable(),
  messages: count,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const conversationSummarySchema = z
  .object(conversationFields)
  .meta({ id: "ConversationSummary" });

export const conversationListSchema = z
  .object({
    conversations: z.array(conversationSummarySchema),
    next_cursor: z.string().nullable(),
    complete: completeSchema,
  })
  .meta({ id: "ConversationList" });

export const transcriptMessageSchema = z
  .object({
    id: z.string(),
    role: z.enum(["user", "assistant"]),
    content: z.string(),
    created_at: z.iso.datetime(),
    model: z.string().optional(),
    cache: z.object({ status: z.string(), tier: z.string().nullable() }).optional(),
    finish_reason: z.string().optional(),
    citations: z.array(citationSchema).optional(),
    rating: z
      .enum(["up", "down"])
      .optional()
      .meta({ description: "The reader's, if there is one" }),
  })
  .meta({ id: "TranscriptMessage", description: "What follows created_at is of answers only" });

export const conversationSchema = z
  .object({
    id: z.string(),
    window: z
      .array(z.object({ role: z.string(), content: z.string() }))
      .meta({ description: "What the model may be shown; empty when its lease has ended" }),
    transcript: z.array(transcriptMessageSchema),
    complete: completeSchema,
  })
  .meta({ id: "Conversation" });

export const forkedConversationSchema = conversationSummarySchema
  .extend({ complete: completeSchema })
  .meta({ id: "ForkedConversation" });

export const conversationExportSchema = z
  .object({
    ...conversationFields,
    transcript: z.array(transcriptMessageSchema),
    complete: completeSchema,
  })
  .meta({ id: "ConversationExport" });

export const exportQuerySchema = z.strictObject({
  format: z.enum(["json", "markdown"]).default("json"),
});

export const forkRequestSchema = z
  .strictObject({
    message_id: z
      .string()
      .max(200)
      .optional()
      .meta({ description: "The last message that the fork has, its turn whole; none: all" }),
  })
  .meta({ id: "ForkRequest" });

const tokenSumsSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    cached_prompt_tokens: count,
    reasoning_tokens: count.meta({ description: "Part of completion_tokens" }),
    embedding_tokens: count.meta({ description: "Not in total_tokens" }),
    estimated_requests: count.meta({ description: "Requests whose provider sent no usage" }),
  })
  .meta({ id: "TokenSums" });

export const totalsSchema = z.object({
  requests: count,
  hits: z.object({ exact: count, semantic: count, verified: count }),
  misses: count,
  hit_rate: z.number().meta({ description: "hits / (hits + misses)" }),
  usage: tokenSumsSchema,
  cost: costSchema.extend({
    unpriced_requests: count.meta({ description: "Of models without a price; in no amount" }),
    shadow: moneySchema.meta({
      description: "Part of total: answers made anew beside hits, to see whether these were right",
    }),
  }),
  saved: savedSchema,
});

/** Usage of a request, with the fields that only the ledger has. */
const ledgerUsageSchema = usageSchema
  .extend({
    cache_write_tokens: count.meta({ description: "Written into the provider's own cache" }),
    reasoning_tokens: count.meta({ description: "Part of completion_tokens" }),
  })
  .meta({ id: "LedgerUsage" });

const entryFields = {
  id: z.string().meta({ description: "The message's" }),
  cache: z.object({ status: z.string(), tier: z.string().nullable() }),
  usage: ledgerUsageSchema,
  cost: costSchema,
  saved: savedSchema,
  total_ms: z.number().nonnegative(),
};

/** A row of the ledger. */
export const ledgerEntrySchema = z
  .object({
    ...entryFields,
    created_at: z.iso.datetime(),
    tenant: z.string(),
    conversation_id: z.string().nullable(),
    user_id: z.string().nullable(),
    finish_reason: z.string(),
  })
  .meta({ id: "LedgerEntry" });

export const conversationUsageSchema = z
  .object({
    ...totalsSchema.shape,
    answers: z
      .array(z.object(entryFields))
      .meta({ description: "Each with its own figures, oldest first, 1,000 at most" }),
    complete: completeSchema,
  })
  .meta({ id: "ConversationUsage" });

const reportKeys = {
  hour: z.iso.datetime().optional(),
  day: z.iso.date().optional(),
  model: z.string().optional(),
  conversation_id: z.string().nullable().optional(),
  user_id: z.string().nullable().optional(),
  tenant: z.string().optional(),
};

export const costRowSchema = z
  .object({ ...reportKeys, ...totalsSchema.shape })
  .meta({ id: "CostRow" });

export const costReportSchema = z
  .object({ rows: z.array(costRowSchema), complete: completeSchema })
  .meta({ id: "CostReport", description: "Each row has the key of its group_by" });

const momentSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: "must be a day such as 2026-11-25 or a time such as 2026-11-25T12:00:00Z",
});

export const rangeQuerySchema = z.strictObject({
  from: momentSchema.optional().meta({ description: "The first day, or the time it begins" }),
  to: momentSchema
    .optional()
    .meta({ description: "The last day, or the time before which it ends" }),
  time_zone: z
    .string()
    .refine(isTimeZone, "must be a time zone such as Europe/Vienna")
    .default("UTC"),
});

export const usageQuerySchema = rangeQuerySchema.extend({ conversation_id: idSchema.optional() });

export const costQuerySchema = rangeQuerySchema.extend({
  group_by: z.enum(["hour", "day", "model", "conversation", "user", "tenant"]).default("day"),
  format: z.enum(["json", "csv", "ndjson"]).default("json"),
});
