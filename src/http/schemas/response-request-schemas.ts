import { z } from "zod";
import { cacheRequestSchema, documentFilterSchema } from "./chat-schemas.ts";
import { idSchema, plainTextSchema, storedCountSchema } from "./common-schemas.ts";
import { metadataSchema } from "./openai-request-schemas.ts";

const unsupported = (why: string) => `is not supported by Reprise: ${why}`;
const isAbsent = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

/** A field that only accepts its default values. */
function only(values: readonly unknown[], why: string) {
  return z
    .unknown()
    .refine((value) => isAbsent(value) || values.includes(value), { error: unsupported(why) })
    .optional();
}

/** A message or item id from this service, or from another one of this API. */
const madeIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{0,300}$/, "must have 300 visible ASCII characters at most");

/** A part or an item; its position decides which types are accepted. */
const partSchema = z.looseObject({
  type: z.string().min(1).max(200),
  text: plainTextSchema.optional(),
  refusal: plainTextSchema.optional(),
});

export const contentSchema = z.union([plainTextSchema, z.array(partSchema).max(1_000)], {
  error: "must be a text without binary data, or a list of parts",
});

const inputItemSchema = z.looseObject({
  type: z.string().min(1).max(200).nullish(),
  id: madeIdSchema.nullish(),
  role: z.enum(["user", "assistant", "system", "developer"]).optional(),
  content: contentSchema.nullish(),
  call_id: z.string().min(1).max(300).optional(),
  name: z.string().min(1).max(300).optional(),
  arguments: plainTextSchema.optional(),
  output: z.unknown().optional(),
});

const toolChoiceSchema = z.union(
  [
    z.enum(["none", "auto", "required"]),
    z.looseObject({
      type: z.string(),
      tools: z
        .array(z.looseObject({ type: z.string() }))
        .max(1_000)
        .optional(),
    }),
  ],
  { error: "must be none, auto, required, or name a function" },
);

const conversationSchema = z.union([idSchema, z.strictObject({ id: idSchema })], {
  error: "must be an id of 1 to 128 letters, digits, _ or -, or an object with it",
});

/** Values of `include` without effect: responses never contain this data. */
const NEVER_THERE = [
  "reasoning.encrypted_content",
  "file_search_call.results",
  "web_search_call.results",
  "web_search_call.action.sources",
  "code_interpreter_call.outputs",
  "computer_call_output.output.image_url",
  "message.input_image.image_url",
];
const includedSchema = only(NEVER_THERE, "a response has nothing of that kind to include");

const inputListSchema = z.array(inputItemSchema).min(1).max(1_000);

/** Supported fields of OpenAI's API. Other fields are rejected by name. */
export const responseRequestSchema = z
  .strictObject({
    model: z.string().nullish(),
    input: z.union([plainTextSchema, inputListSchema], {
      error: "must be a text without binary data, or a list of items",
    }),
    instructions: plainTextSchema.max(200_000).nullish(),
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({ include_obfuscation: only([false], "streams are not padded") })
      .nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    max_output_tokens: storedCountSchema.positive().nullish(),
    metadata: metadataSchema.nullish(),
    user: z.string().nullish(),
    safety_identifier: z.string().nullish(),
    store: z.boolean().nullish(),
    previous_response_id: madeIdSchema.nullish(),
    conversation: conversationSchema.nullish(),
    text: z
      .strictObject({
        format: z.looseObject({ type: z.string() }).nullish(),
        verbosity: z.string().max(100).nullish(),
      })
      .nullish(),
    tools: z
      .array(z.looseObject({ type: z.string() }))
      .max(1_000)
      .nullish(),
    tool_choice: toolChoiceSchema.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    max_tool_calls: only([], "there are no built-in tools"),
    reasoning: z
      .strictObject({
        effort: z.string().max(100).nullish(),
        summary: only(["auto"], "what the model thinks is not summarised"),
        generate_summary: only(["auto"], "what the model thinks is not summarised"),
      })
      .nullish(),
    include: z.array(includedSchema).max(100).nullish(),
    truncation: z.enum(["auto", "disabled"]).nullish(),
    background: only([false], "responses are made while the client waits"),
    service_tier: z.string().max(100).nullish(),
    top_logprobs: only([0], "responses have no log probabilities"),
    prompt: only([], "prompts are files of the service"),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_retention: z.string().nullish(),
    prompt_cache_options: only([], "what the provider caches cannot be steered"),
    context_management: only([], "the history is managed by the service"),
    moderation: only([], "there is no moderation"),
    cache: cacheRequestSchema.nullish(),
    documents: documentFilterSchema.nullish(),
  })
  .meta({ id: "ResponseRequest" });

/** For a list of items: errors have the path of the item. */
export const itemsRequestSchema = responseRequestSchema.extend({ input: inputListSchema });

export type ResponseRequestBody = z.infer<typeof responseRequestSchema>;
export type InputItem = z.infer<typeof inputItemSchema>;
