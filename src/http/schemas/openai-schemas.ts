import { z } from "zod";
import { cacheOutcomeSchema } from "./chat-schemas.ts";
import { citationSchema, costSchema, plainTextSchema, savedSchema } from "./common-schemas.ts";

const textPart = z.object({ type: z.literal("text"), text: plainTextSchema });
const content = z.union([plainTextSchema, z.array(textPart)], {
  error: "must be a text without binary data, or a list of parts of the type text",
});

const message = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: content.nullish(),
});

/** What would be another answer than the one that comes is refused, not ignored. */
const notSupported = (what: string) => `is not supported by Reprise: ${what}`;
const isLeftOut = (value: unknown): value is null | undefined =>
  value === null || value === undefined;
const toolChoice = z
  .union([z.string(), z.looseObject({})])
  .nullish()
  .refine((choice) => isLeftOut(choice) || choice === "none" || choice === "auto", {
    error: notSupported("the model is given no tools, so that none can be demanded"),
  });

/** Keys that are not read here are ignored: clients send many. */
export const completionRequestSchema = z
  .object({
    model: z.string().optional(),
    messages: z.array(message).min(1).max(200),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    max_tokens: z.int().positive().nullish(),
    max_completion_tokens: z.int().positive().nullish(),
    n: z.int().min(1).max(128).nullish(),
    tools: z.array(z.unknown()).nullish(),
    tool_choice: toolChoice,
    functions: z.array(z.unknown()).nullish(),
    function_call: toolChoice,
    response_format: z
      .looseObject({ type: z.string() })
      .nullish()
      .refine((format) => isLeftOut(format) || format.type === "text", {
        error: notSupported("answers are text with citations"),
      }),
    stop: z
      .union([z.string(), z.array(z.string())])
      .nullish()
      .refine((stop) => isLeftOut(stop) || (Array.isArray(stop) && stop.length === 0), {
        error: notSupported("answers end where the model ends them"),
      }),
    logprobs: z
      .boolean()
      .nullish()
      .refine((wanted) => wanted !== true, {
        error: notSupported("answers have no log probabilities"),
      }),
    user: z.string().nullish(),
  })
  .meta({ id: "CompletionRequest" });

export type CompletionRequestBody = z.infer<typeof completionRequestSchema>;

const count = z.int().nonnegative();

export const completionSchema = z
  .object({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({ role: z.literal("assistant"), content: z.string() }),
        finish_reason: z.string(),
      }),
    ),
    usage: z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count }),
    x_reprise: z.object({
      cache: cacheOutcomeSchema,
      cost: costSchema,
      saved: savedSchema,
      citations: z.array(citationSchema),
    }),
  })
  .meta({ id: "Completion" });

export const modelListSchema = z
  .object({
    object: z.literal("list"),
    data: z.array(
      z.object({
        id: z.string(),
        object: z.literal("model"),
        created: z.int(),
        owned_by: z.string(),
      }),
    ),
  })
  .meta({ id: "ModelList" });
