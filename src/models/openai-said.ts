import type OpenAI from "openai";
import { z } from "zod";

/** A text, or a text in an object: `{text}`, `{value}`. Anything else is empty. */
const wordsSchema = z
  .union([
    z.string(),
    z.looseObject({ text: z.string() }).transform(({ text }) => text),
    z.looseObject({ value: z.string() }).transform(({ value }) => value),
    z.looseObject({ thinking: z.string() }).transform(({ thinking }) => thinking),
    z.looseObject({ summary: z.string() }).transform(({ summary }) => summary),
  ])
  .catch("");
const words = z
  .union([wordsSchema.array().transform((all) => all.join("")), wordsSchema])
  .catch("");
const optional = words.optional().default("");

/** Parts of a content list: text and thinking. */
const part = z
  .looseObject({
    type: z.string().optional().catch(undefined),
    text: optional,
    reasoning: optional,
    thinking: optional,
  })
  .catch({ type: undefined, text: "", reasoning: "", thinking: "" });
const content = z.union([z.string(), z.array(part), part.transform((one) => [one])]);
const said = z.looseObject({
  content: content.nullish().catch(undefined),
  reasoning_content: optional,
  reasoning: optional,
  reasoning_text: optional,
  thinking: optional,
  thinking_blocks: optional,
  reasoning_details: optional,
  refusal: z.string().nullish().catch(undefined),
});

/** The text of a message or message part, in one form for all servers. */
export interface SaidText {
  readonly content: string;
  /** Thinking before the answer, if the server has a field for it. */
  readonly reasoning: string;
  readonly refusal: string;
}

const SILENT: SaidText = { content: "", reasoning: "", refusal: "" };

/** Reads a message or a delta. Servers with two thinking fields send the same text in both. */
export function readSaid(message: unknown): SaidText {
  const parsed = said.safeParse(message);
  if (!parsed.success) return SILENT;
  const { data } = parsed;
  const inParts = readParts(data.content);
  const inField =
    data.reasoning_content ||
    data.reasoning ||
    data.reasoning_text ||
    data.thinking ||
    data.thinking_blocks ||
    data.reasoning_details;
  return {
    content: inParts.content,
    reasoning: inParts.reasoning + inField,
    refusal: data.refusal ?? "",
  };
}

function readParts(parts: z.infer<typeof content> | null | undefined) {
  if (typeof parts === "string") return { content: parts, reasoning: "" };
  const read = { content: "", reasoning: "" };
  for (const { type, text, thinking, reasoning } of parts ?? []) {
    read.reasoning += thinking + reasoning;
    if (type === "reasoning" || type === "thinking") read.reasoning += text;
    else read.content += text;
  }
  return read;
}

type CallDelta = NonNullable<
  OpenAI.Chat.Completions.ChatCompletionChunk.Choice["delta"]["tool_calls"]
>[number];

const label = z.string().nullish().catch(undefined);
const functionSchema = z.looseObject({ name: label, arguments: z.unknown().optional() });
/** Some servers omit `function` and put its fields into the call. */
const call = functionSchema.extend({
  index: z.coerce.number().int().nullish().catch(undefined),
  id: label,
  function: functionSchema.optional().catch(undefined),
});
const calls = z.looseObject({
  tool_calls: z
    .union([z.array(call.optional().catch(undefined)), call.transform((one) => [one])])
    .nullish()
    .catch(undefined),
  /** The field before `tool_calls`. */
  function_call: functionSchema.nullish().catch(undefined),
});

/** Fragments of tool calls. Some servers omit the index, or send the arguments as an object. */
export function readCalls(message: unknown): CallDelta[] {
  const parsed = calls.safeParse(message);
  if (!parsed.success) return [];
  const { tool_calls: given, function_call: legacy } = parsed.data;
  const known = (given ?? []).filter((one) => one !== undefined);
  if (known.length === 0 && legacy !== null && legacy !== undefined) {
    return [toDelta({ function: legacy }, 0)];
  }
  return known.map(toDelta);
}

function toDelta(
  { index, id, function: called, ...flat }: Partial<z.infer<typeof call>>,
  place: number,
): CallDelta {
  const { name, arguments: given } = called ?? flat;
  const json = typeof given === "object" && given !== null ? JSON.stringify(given) : given;
  return {
    index: index ?? place,
    ...(id && { id }),
    type: "function",
    function: { ...(name && { name }), arguments: typeof json === "string" ? json : "" },
  };
}
