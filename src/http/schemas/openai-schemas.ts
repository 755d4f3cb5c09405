import { z } from "zod";
import { events, UNNAMED } from "../described-body.ts";
import { cacheOutcomeSchema } from "./chat-schemas.ts";
import { citationSchema, costSchema, errorSchema, savedSchema } from "./common-schemas.ts";

const count = z.int().nonnegative();

const completionUsageSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }),
  })
  .meta({ id: "CompletionUsage" });

const extensionSchema = z
  .object({
    cache: cacheOutcomeSchema,
    cost: costSchema,
    saved: savedSchema,
    citations: z.array(citationSchema),
    degraded: z.array(z.string()),
    ignored_fields: z.array(z.string()).optional().meta({
      description: "Fields of the request that are not in OpenAI's API and were ignored",
    }),
  })
  .meta({ id: "CompletionExtension", description: "What Reprise adds to OpenAI's format" });

const toolCall = z
  .object({
    id: z.string(),
    type: z.literal("function"),
    function: z.object({ name: z.string(), arguments: z.string() }),
  })
  .meta({ id: "ToolCall" });

const toolCallDelta = z
  .object({
    index: z.int().nonnegative(),
    id: z.string().optional(),
    type: z.literal("function").optional(),
    function: z.object({ name: z.string().optional(), arguments: z.string() }),
  })
  .meta({ id: "ToolCallDelta" });

const logprobs = z
  .object({
    content: z.array(z.unknown()).nullable(),
    refusal: z.array(z.unknown()).nullable(),
  })
  .meta({ id: "Logprobs", description: "As reported by the model server" });

export const completionSchema = z
  .object({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal("assistant"),
          content: z.string().nullable().meta({
            description: "Null if the model refused, or calls tools without a text",
          }),
          refusal: z.string().nullable(),
          reasoning_content: z.string().optional(),
          tool_calls: z.array(toolCall).optional(),
        }),
        logprobs: logprobs.nullable(),
        finish_reason: z.string(),
      }),
    ),
    usage: completionUsageSchema,
    x_reprise: extensionSchema,
  })
  .meta({ id: "Completion" });

/** A chunk of a streamed completion. */
const completionChunkSchema = z
  .object({
    id: z.string(),
    object: z.literal("chat.completion.chunk"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        delta: z.object({
          role: z.literal("assistant").optional(),
          content: z.string().nullable().optional(),
          refusal: z.string().optional(),
          reasoning_content: z.string().optional(),
          tool_calls: z.array(toolCallDelta).optional(),
        }),
        logprobs: logprobs.nullable(),
        finish_reason: z.string().nullable(),
      }),
    ),
    usage: completionUsageSchema.nullable().optional(),
    x_reprise: extensionSchema.optional(),
  })
  .meta({ id: "CompletionChunk" });

export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.string(),
  })
  .meta({ id: "Model" });

export const modelListSchema = z
  .object({ object: z.literal("list"), data: z.array(modelSchema) })
  .meta({ id: "ModelList" });

/** OpenAI's chunks, without event names; the last is `[DONE]`. */
export const COMPLETION_EVENTS = events("One chunk per event, then [DONE]", {
  [UNNAMED]: z.union([completionChunkSchema, errorSchema]),
});
