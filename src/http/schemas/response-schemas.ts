import { z } from "zod";
import { cacheOutcomeSchema } from "./chat-schemas.ts";
import { citationSchema, costSchema, savedSchema } from "./common-schemas.ts";
import { limitSchema } from "./parameter-schemas.ts";

const count = z.int().nonnegative();
const itemStatus = z.enum(["in_progress", "completed", "incomplete"]);

const fileCitationSchema = z
  .object({
    type: z.literal("file_citation"),
    file_id: z.string().meta({ description: "The document's id" }),
    filename: z.string().meta({ description: "The document's title" }),
    index: count.meta({ description: "Where the mark [n] stands in the text, in UTF-16 units" }),
  })
  .meta({ id: "FileCitation" });

export const outputTextSchema = z
  .object({
    type: z.literal("output_text"),
    text: z.string(),
    annotations: z.array(fileCitationSchema),
    logprobs: z.array(z.unknown()),
  })
  .meta({ id: "OutputText" });

export const refusalPartSchema = z
  .object({ type: z.literal("refusal"), refusal: z.string() })
  .meta({ id: "OutputRefusal" });

export const reasoningTextSchema = z
  .object({ type: z.literal("reasoning_text"), text: z.string() })
  .meta({ id: "ReasoningText" });

const messageItemSchema = z
  .object({
    type: z.literal("message"),
    id: z.string(),
    status: itemStatus,
    role: z.literal("assistant"),
    content: z.array(z.union([outputTextSchema, refusalPartSchema])),
  })
  .meta({ id: "OutputMessage" });

const reasoningItemSchema = z
  .object({
    type: z.literal("reasoning"),
    id: z.string(),
    status: itemStatus,
    summary: z.array(z.unknown()),
    content: z.array(reasoningTextSchema),
  })
  .meta({ id: "ReasoningItem" });

const functionCallSchema = z
  .object({
    type: z.literal("function_call"),
    id: z.string(),
    status: itemStatus,
    call_id: z.string(),
    name: z.string(),
    arguments: z.string().meta({ description: "JSON, as the model wrote it" }),
  })
  .meta({ id: "FunctionCall" });

export const outputItemSchema = z
  .union([messageItemSchema, reasoningItemSchema, functionCallSchema])
  .meta({ id: "OutputItem" });

export type OutputItem = z.infer<typeof outputItemSchema>;
export type FileCitation = z.infer<typeof fileCitationSchema>;

const responseUsageSchema = z
  .object({
    input_tokens: count,
    input_tokens_details: z.object({ cached_tokens: count }),
    output_tokens: count,
    output_tokens_details: z.object({ reasoning_tokens: count }),
    total_tokens: count,
  })
  .meta({ id: "ResponseUsage" });

export const responseSchema = z
  .object({
    id: z.string(),
    object: z.literal("response"),
    created_at: count,
    completed_at: count.nullable(),
    status: z.enum(["in_progress", "completed", "incomplete", "failed"]),
    background: z.literal(false),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z
      .object({ reason: z.enum(["max_output_tokens", "content_filter", "stopped"]) })
      .nullable(),
    instructions: z.string().nullable(),
    max_output_tokens: count.nullable(),
    model: z.string(),
    output: z.array(outputItemSchema),
    parallel_tool_calls: z.boolean(),
    previous_response_id: z.string().nullable(),
    conversation: z
      .object({ id: z.string() })
      .nullable()
      .meta({ description: "The conversation that it belongs to, as /v1/conversations has it" }),
    reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }),
    service_tier: z.string(),
    store: z.boolean(),
    temperature: z.number().nullable(),
    text: z.object({ format: z.looseObject({ type: z.string() }) }),
    tool_choice: z.union([z.string(), z.looseObject({})]),
    tools: z.array(z.unknown()),
    top_logprobs: count,
    top_p: z.number().nullable(),
    truncation: z.enum(["auto", "disabled"]),
    usage: responseUsageSchema.nullable(),
    user: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    x_reprise: z
      .object({
        cache: cacheOutcomeSchema,
        cost: costSchema,
        saved: savedSchema,
        citations: z.array(citationSchema),
        degraded: z.array(z.string()),
      })
      .optional()
      .meta({ description: "What Reprise adds to OpenAI's format, once it is known" }),
  })
  .meta({ id: "Response" });

export type ResponseBody = z.infer<typeof responseSchema>;

export const deletedResponseSchema = z
  .object({ id: z.string(), object: z.literal("response"), deleted: z.literal(true) })
  .meta({ id: "DeletedResponse" });

export const inputItemsQuerySchema = z.strictObject({
  limit: limitSchema(20),
  order: z.enum(["asc", "desc"]).default("desc"),
  after: z
    .string()
    .max(300)
    .optional()
    .meta({ description: "Id of the last item of the page before" }),
});

export const inputItemsSchema = z
  .object({
    object: z.literal("list"),
    data: z.array(z.looseObject({ id: z.string(), type: z.string() })),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({
    id: "InputItems",
    description: "Items of a request, without the data of images and files",
  });
