import { z } from "zod";
import { events } from "../described-body.ts";
import {
  outputItemSchema,
  outputTextSchema,
  reasoningTextSchema,
  refusalPartSchema,
  responseSchema,
} from "./response-schemas.ts";

const count = z.int().nonnegative();
const numbered = { sequence_number: count };
const item = { ...numbered, output_index: count };
const content = { ...item, item_id: z.string(), content_index: count };
const part = z.union([outputTextSchema, refusalPartSchema, reasoningTextSchema]);

/** An event schema with its `type` field. */
function event<Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), ...shape });
}

const whole = <Type extends string>(type: Type) =>
  event(type, { ...numbered, response: responseSchema });

const logprobs = z.array(z.unknown());

const EVENTS = {
  "response.created": whole("response.created"),
  "response.in_progress": whole("response.in_progress"),
  "response.output_item.added": event("response.output_item.added", {
    ...item,
    item: outputItemSchema,
  }),
  "response.content_part.added": event("response.content_part.added", { ...content, part }),
  "response.reasoning_text.delta": event("response.reasoning_text.delta", {
    ...content,
    delta: z.string(),
  }),
  "response.reasoning_text.done": event("response.reasoning_text.done", {
    ...content,
    text: z.string(),
  }),
  "response.output_text.delta": event("response.output_text.delta", {
    ...content,
    delta: z.string(),
    logprobs,
  }),
  "response.output_text.annotation.added": event("response.output_text.annotation.added", {
    ...content,
    annotation_index: count,
    annotation: z.unknown(),
  }),
  "response.output_text.done": event("response.output_text.done", {
    ...content,
    text: z.string(),
    logprobs,
  }),
  "response.refusal.delta": event("response.refusal.delta", { ...content, delta: z.string() }),
  "response.refusal.done": event("response.refusal.done", { ...content, refusal: z.string() }),
  "response.function_call_arguments.delta": event("response.function_call_arguments.delta", {
    ...item,
    item_id: z.string(),
    delta: z.string(),
  }),
  "response.function_call_arguments.done": event("response.function_call_arguments.done", {
    ...item,
    item_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  "response.content_part.done": event("response.content_part.done", { ...content, part }),
  "response.output_item.done": event("response.output_item.done", {
    ...item,
    item: outputItemSchema,
  }),
  "response.completed": whole("response.completed"),
  "response.incomplete": whole("response.incomplete"),
  "response.failed": whole("response.failed"),
};

/** A streamed event of the Responses API. */
export type ResponseEvent = z.input<(typeof EVENTS)[keyof typeof EVENTS]>;

export const RESPONSE_EVENTS = events(
  "OpenAI's events in OpenAI's order, numbered by sequence_number. The last one is response.completed, response.incomplete or response.failed",
  EVENTS,
);
