import { z } from "zod";
import { MESSAGE_KINDS } from "../../chat/understand/understand.ts";
import { events } from "../described-body.ts";
import {
  citationSchema,
  costSchema,
  errorSchema,
  idSchema,
  savedSchema,
  textSchema,
  userIdSchema,
  usageSchema,
} from "./common-schemas.ts";

/** Cache options of a request. */
export const cacheRequestSchema = z.strictObject({
  mode: z.enum(["default", "bypass", "refresh", "only"]).optional(),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: "Can only make the policy's threshold stricter" }),
  ttl_seconds: z.int().positive().optional(),
});

/** Restricts retrieval to these documents. */
export const documentFilterSchema = z.array(idSchema).min(1).max(100);

export const localeSchema = z
  .string()
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/, "must be a language tag such as en or de-AT");

export const chatRequestSchema = z
  .strictObject({
    message: textSchema(8_000),
    conversation_id: idSchema.optional(),
    user_id: userIdSchema.optional(),
    stream: z.boolean().optional(),
    cache: cacheRequestSchema.optional(),
    documents: documentFilterSchema.optional(),
    locale: localeSchema.optional(),
    debug: z.boolean().optional(),
  })
  .meta({ id: "ChatRequest" });

export type ChatRequestBody = z.infer<typeof chatRequestSchema>;

export const cacheOutcomeSchema = z
  .object({
    status: z.enum(["hit", "miss", "bypass", "refresh", "disabled"]),
    tier: z.enum(["exact", "semantic", "verified"]).nullable(),
    kind: z.enum(MESSAGE_KINDS).meta({
      description: "Kind of the message; only questions use the shared cache",
    }),
    similarity: z.number().nullable(),
    threshold: z.number(),
    entry_id: z.string().nullable(),
    age_seconds: z.number().nullable(),
    question: z.string().meta({ description: "The standalone question that was looked up" }),
    matched_question: z.string().nullable().meta({
      description:
        "Question of the cached answer; null without chat:all or admin, unless the hit is exact",
    }),
    language: z.string().nullable().meta({
      description:
        "BCP 47 code of the question's language; null if the question is too short to detect it",
    }),
    reasons: z.array(z.string()),
  })
  .meta({ id: "CacheOutcome" });

const milliseconds = z.number().nonnegative();

export const chatReplySchema = z
  .object({
    id: z.string(),
    conversation_id: z.string().nullable(),
    answer: z.string(),
    refusal: z
      .string()
      .optional()
      .meta({ description: "The model's refusal, if it refused; also in answer" }),
    reasoning: z
      .string()
      .optional()
      .meta({ description: "The model's thinking before the answer, if it reports any" }),
    finish_reason: z.enum(["stop", "length", "content_filter", "tool_calls", "stopped", "unknown"]),
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
      judge: milliseconds.meta({
        description: "Time spent waiting for a judge, if JUDGE_DEADLINE_MS is set",
      }),
      retrieve: milliseconds,
      model: milliseconds,
    }),
    degraded: z.array(z.string()),
    debug: z
      .object({ passages: z.array(citationSchema), history_in_prompt: z.boolean() })
      .optional(),
  })
  .meta({ id: "ChatReply" });

/** Events of an answer, in order. */
export const ANSWER_EVENTS = events(
  "answer-start, an answer-delta for each piece of text, citations, answer-end. An answer-error replaces the remaining events. If the model reports its thinking: a reasoning-delta for each piece, and answer-reset if the text so far was thinking and must be discarded",
  {
    "answer-start": z
      .object({
        id: z.string(),
        conversation_id: z.string().nullable(),
        cache: cacheOutcomeSchema,
      })
      .meta({ id: "AnswerStart" }),
    "reasoning-delta": z.object({ text: z.string() }).meta({ id: "ReasoningDelta" }),
    "answer-reset": z.object({}).meta({ id: "AnswerReset" }),
    "answer-delta": z
      .object({
        text: z.string(),
        refusal: z
          .literal(true)
          .optional()
          .meta({ description: "True: the text is part of a refusal" }),
      })
      .meta({ id: "AnswerDelta" }),
    citations: z.object({ citations: z.array(citationSchema) }).meta({ id: "AnswerCitations" }),
    "answer-end": chatReplySchema,
    "answer-error": errorSchema,
  },
);

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
      .meta({ description: "Number of removed cached answers that were made in the conversation" }),
  })
  .meta({ id: "ErasedConversation" });

/** Client messages on the WebSocket. */
export const socketMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("auth"),
    key: z.string().max(10_000).optional(),
    user_token: z.string().max(10_000).optional(),
  }),
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

const rating = z.enum(["up", "down"]);

export const feedbackRequestSchema = z
  .strictObject({ rating, comment: textSchema(4_000).optional() })
  .meta({ id: "FeedbackRequest" });

export const feedbackSchema = z
  .object({
    id: z.string(),
    rating,
    comment: z.string().nullable(),
    quarantined: z.boolean().meta({
      description: "True: the cached answer is not reused until it is released or replaced",
    }),
  })
  .meta({ id: "Feedback" });
