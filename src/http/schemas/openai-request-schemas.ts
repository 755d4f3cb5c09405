import { z } from "zod";
import { cacheRequestSchema, documentFilterSchema } from "./chat-schemas.ts";
import { plainTextSchema, storedCountSchema, unknownFieldSchema } from "./common-schemas.ts";

/** An object whose other fields are rejected by name. */
const exactly = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object(shape).catchall(unknownFieldSchema);

const textPart = exactly({ type: z.literal("text"), text: plainTextSchema });
const refusalPart = exactly({ type: z.literal("refusal"), refusal: plainTextSchema });
const imagePart = exactly({
  type: z.literal("image_url"),
  image_url: z.looseObject({ url: z.string().min(1), detail: z.string().optional() }),
});
const audioPart = exactly({
  type: z.literal("input_audio"),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
});
const filePart = exactly({ type: z.literal("file"), file: z.looseObject({}) });

const kindOf = (kinds: string) => ({ error: `must have the type ${kinds}` });
const texts = z.union([plainTextSchema, z.array(textPart)]);
const anyParts = z.union([
  plainTextSchema,
  z
    .array(
      z.discriminatedUnion(
        "type",
        [textPart, imagePart, audioPart, filePart],
        kindOf("text, image_url, input_audio or file"),
      ),
    )
    .max(1_000),
]);
const answerParts = z.union([
  plainTextSchema,
  z.array(z.discriminatedUnion("type", [textPart, refusalPart], kindOf("text or refusal"))),
]);

const toolCall = exactly({
  /** Of a call that was put together from a stream. */
  index: z.int().nullish(),
  id: z.string().min(1).max(1_000),
  type: z.literal("function", { error: "must be function: Reprise knows no other kind of tool" }),
  function: exactly({ name: z.string().min(1).max(1_000), arguments: z.string() }),
});

const refused = (what: string) =>
  z
    .unknown()
    .optional()
    .refine((value) => value === undefined || value === null, {
      error: `is not supported by Reprise: ${what}`,
    });

/** Names that chat templates accept. */
const name = z
  .string()
  .regex(
    /^[^\s<|\\/>]{1,64}$/,
    "must be 1 to 64 characters without white space or any of < | \\ / >",
  )
  .nullish();

const notShown = z
  .unknown()
  .optional()
  .meta({ description: "Accepted, and not shown to the model" });

/** What clients send back of an answer besides its text and calls: thinking, and citations of a web search. */
const NOT_SHOWN = {
  reasoning_content: notShown,
  reasoning: notShown,
  reasoning_details: notShown,
  thinking: notShown,
  thinking_blocks: notShown,
  annotations: notShown,
};

const message = z.discriminatedUnion(
  "role",
  [
    exactly({ role: z.enum(["system", "developer"]), content: texts.nullish(), name }),
    exactly({ role: z.literal("user"), content: anyParts.nullish(), name }),
    exactly({
      role: z.literal("assistant"),
      name,
      ...NOT_SHOWN,
      content: answerParts.nullish(),
      refusal: plainTextSchema.nullish(),
      tool_calls: z.array(toolCall).max(1_000).nullish(),
      function_call: refused("it is the old form of tool_calls"),
      audio: refused("answers are text"),
    }),
    exactly({
      role: z.literal("tool"),
      name,
      content: texts.nullish(),
      tool_call_id: z.string().max(1_000).nullish().meta({
        description: "Of the call that it is the result of; a result of no call is shown as text",
      }),
    }),
  ],
  {
    error: ({ input }) =>
      typeof input === "object" && input !== null
        ? "must be system, developer, user, assistant or tool"
        : "must be an object",
  },
);

const tool = z.looseObject({
  type: z.literal("function", { error: "must be function: Reprise knows no other kind of tool" }),
  function: z.looseObject({
    name: z.string().regex(/^[\w.-]{1,256}$/, "must be 1 to 256 letters, digits or _ . -"),
    description: z.string().nullish(),
    parameters: z.looseObject({}).nullish(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union(
  [
    z.enum(["none", "auto", "required"]),
    z.looseObject({ type: z.literal("function"), function: z.looseObject({ name: z.string() }) }),
    z.looseObject({ type: z.literal("allowed_tools"), allowed_tools: z.looseObject({}) }),
  ],
  { error: "must be none, auto, required, or name a function" },
);

const responseFormat = z.discriminatedUnion(
  "type",
  [
    exactly({ type: z.literal("text") }),
    z.looseObject({ type: z.literal("json_object") }),
    z.looseObject({
      type: z.literal("json_schema"),
      json_schema: z.looseObject({ name: z.string(), schema: z.looseObject({}).nullish() }),
    }),
  ],
  { error: "must have the type text, json_object or json_schema" },
);

/** A client's own labels, within OpenAI's limits. */
export const metadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((metadata) => Object.keys(metadata).length <= 16, { error: "must have 16 keys at most" });

const penalty = z.number().min(-2).max(2).nullish();

/** A request of OpenAI's chat API. See docs/clients.md for the meaning of each field. */
export const completionRequestSchema = z
  .object({
    model: z.string().max(1_000).nullish(),
    messages: z.array(message).min(1).max(1_000),
    stream: z.boolean().nullish(),
    stream_options: exactly({
      include_usage: z.boolean().nullish(),
      include_obfuscation: z
        .boolean()
        .nullish()
        .refine((wanted) => wanted !== true, {
          error: "is not supported by Reprise: chunks have no padding",
        }),
    }).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    max_tokens: storedCountSchema.positive().nullish(),
    max_completion_tokens: storedCountSchema.positive().nullish(),
    user: z.string().nullish(),
    tools: z.array(tool).max(1_000).nullish(),
    tool_choice: toolChoice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    functions: z
      .array(z.unknown())
      .nullish()
      .refine((list) => (list ?? []).length === 0, {
        error: "is not supported by Reprise: it is the old form of tools",
      }),
    function_call: z
      .unknown()
      .optional()
      .refine((choice) => choice === undefined || choice === null || choice === "none", {
        error: "is not supported by Reprise: it is the old form of tool_choice",
      }),
    response_format: responseFormat.nullish(),
    stop: z.union([z.string(), z.array(z.string()).max(64)]).nullish(),
    n: z.int().min(1).max(128).nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(100).nullish(),
    seed: z.int().nullish(),
    presence_penalty: penalty,
    frequency_penalty: penalty,
    logit_bias: z.record(z.string(), z.number()).nullish(),
    reasoning_effort: z.string().max(100).nullish(),
    verbosity: z.string().max(100).nullish(),
    service_tier: z.string().max(100).nullish(),
    prediction: z.looseObject({}).nullish(),
    web_search_options: z.looseObject({}).nullish(),
    modalities: z
      .array(z.string())
      .nullish()
      .refine((kinds) => (kinds ?? []).every((kind) => kind === "text"), {
        error: "is not supported by Reprise: answers are text",
      }),
    audio: refused("answers are text"),
    moderation: refused("there is no moderation"),
    prompt_cache_options: refused("what the provider caches cannot be steered"),
    metadata: metadataSchema.nullish(),
    store: z.boolean().nullish(),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_retention: z.string().nullish(),
    safety_identifier: z.string().nullish(),
    cache: cacheRequestSchema.nullish(),
    documents: documentFilterSchema.nullish(),
  })
  .meta({ id: "CompletionRequest" });

export type CompletionRequestBody = z.infer<typeof completionRequestSchema>;
