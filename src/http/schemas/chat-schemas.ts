import { z } from "zod";
import {
  citationSchema,
  costSchema,
  idSchema,
  savedSchema,
  textSchema,
  usageSchema,
} from "./common-schemas.ts";

const cacheRequest = z.strictObject({
  mode: z.enum(["default", "bypass", "refresh", "only"]).optional(),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: "Stricter than the policy's, never looser" }),
  ttl_seconds: z.int().positive().optional(),
});

export const chatRequestSchema = z
  .strictObject({
    message: textSchema(8_000),
    conversation_id: idSchema.optional(),
    user_id: idSchema.optional(),
    stream: z.boolean().optional(),
    cache: cacheRequest.optional(),
    documents: z.array(idSchema).min(1).max(100).optional(),
    locale: z
      .string()
      .regex(
        /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/,
        "must be a language tag such as en or de-AT",
      )
      .optional(),
    debug: z.boolean().optional(),
  })
  .meta({ id: "ChatRequest" });

export type ChatRequestBody = z.infer<typeof chatRequestSchema>;

export const cacheOutcomeSchema = z
  .object({
    status: z.enum(["hit", "miss", "bypass", "refresh", "disabled"]),
    tier: z.enum(["exact", "semantic", "verified"]).nullable(),
    similarity: z.number().nullable(),
    threshold: z.number(),
    entry_id: z.string().nullable(),
    age_seconds: z.number().nullable(),
    question: z.string().meta({ description: "The standalone question that was looked up" }),
    matched_question: z.string().nullable(),
    reasons: z.array(z.string()),
  })
  .meta({ id: "CacheOutcome" });

const milliseconds = z.number().nonnegative();

export const chatReplySchema = z
  .object({
    id: z.string(),
    conversation_id: z.string().nullable(),
    answer: z.string(),
    finish_reason: z.enum(["stop", "length", "content_filter", "stopped", "unknown"]),
    citations: z.array(citationSchema),
    cache: cacheOutcomeSchema,
    usage: usageSchema,
    cost: costSchema,
    saved: savedSchema,
    timings_ms: z.object({
      total: milliseconds,
      resolve: milliseconds,
      embed: milliseconds,
      lookup: milliseconds,
      retrieve: milliseconds,
      model: milliseconds,
    }),
    degraded: z.array(z.string()),
    debug: z
      .object({ passages: z.array(citationSchema), history_in_prompt: z.boolean() })
      .optional(),
  })
  .meta({ id: "ChatReply" });

export const stopSchema = z
  .object({ id: z.string(), stopped: z.boolean() })
  .meta({ id: "Stopped" });

export const deletedSchema = z
  .object({ id: z.string(), deleted: z.boolean() })
  .meta({ id: "Deleted" });

export const erasedConversationSchema = deletedSchema
  .extend({
    removed_answers: z
      .int()
      .nonnegative()
      .meta({ description: "Stored answers that were made in the conversation" }),
  })
  .meta({ id: "ErasedConversation" });

/** What a client sends over the WebSocket. */
export const socketMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("auth"), key: z.string().max(1_000) }),
  z.strictObject({
    type: z.literal("chat"),
    request_id: z.string().min(1).max(128),
    ...chatRequestSchema.shape,
  }),
  z.strictObject({ type: z.literal("stop"), id: z.string().max(128) }),
  z.strictObject({
    type: z.literal("resume"),
    id: z.string().max(128),
    after: z.int().nonnegative(),
    request_id: z.string().max(128).optional(),
  }),
  z.strictObject({ type: z.literal("ping") }),
]);

export type SocketMessage = z.infer<typeof socketMessageSchema>;
