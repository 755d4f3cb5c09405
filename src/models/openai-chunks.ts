import type OpenAI from "openai";
import { z } from "zod";
import { untilQuiet } from "../operations/with-deadline.ts";
import { brokenOff } from "./provider-errors.ts";

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Choice = OpenAI.Chat.Completions.ChatCompletionChunk.Choice;
type Usage = OpenAI.CompletionUsage;

/** Parts of a content list: text and thinking. */
const part = z.looseObject({
  type: z.string().optional(),
  text: z.string().optional(),
  reasoning: z.string().optional().catch(undefined),
  thinking: z
    .union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))])
    .optional()
    .catch(undefined),
});
const content = z.union([z.string(), z.array(part)]);
const said = z.looseObject({
  content: content.nullish().catch(undefined),
  reasoning_content: z.string().nullish().catch(undefined),
  reasoning: z.string().nullish().catch(undefined),
  thinking: z.string().nullish().catch(undefined),
  reasoning_details: z
    .array(z.looseObject({ text: z.string().optional() }))
    .nullish()
    .catch(undefined),
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
  const { reasoning_content: named, reasoning, thinking, reasoning_details: details } = parsed.data;
  const inParts = readParts(parsed.data.content);
  const fields = [named, reasoning, thinking, details?.map(({ text }) => text ?? "").join("")];
  return {
    content: inParts.content,
    reasoning: inParts.reasoning + (fields.find((text) => text) ?? ""),
    refusal: parsed.data.refusal ?? "",
  };
}

function readParts(parts: z.infer<typeof content> | null | undefined) {
  if (typeof parts === "string") return { content: parts, reasoning: "" };
  const read = { content: "", reasoning: "" };
  for (const { type, text = "", thinking = "", reasoning = "" } of parts ?? []) {
    const thought =
      typeof thinking === "string" ? thinking : thinking.map((one) => one.text ?? "").join("");
    read.reasoning += thought + reasoning;
    if (type === "reasoning" || type === "thinking") read.reasoning += text;
    else read.content += text;
  }
  return read;
}

/** Finish reason for a complete text whose server reports none. */
export const UNTOLD_END = "unknown";
const rawChoice = z.looseObject({
  delta: z.unknown().optional(),
  message: z.unknown().optional(),
  text: z.unknown().optional(),
});
type RawChoice = z.infer<typeof rawChoice>;

const raw = z.looseObject({
  choices: z.array(rawChoice).nullish().catch(undefined),
  usage: z.looseObject({}).nullish().catch(undefined),
  x_groq: z
    .looseObject({ usage: z.looseObject({}).nullish() })
    .nullish()
    .catch(undefined),
  object: z.unknown().optional(),
});

/** Options for reading a stream. */
interface ChunkReading {
  readonly signal: AbortSignal | undefined;
  /** Number of requested answers. */
  readonly answers: number;
  /** Maximum wait for the usage after the answers have ended, in milliseconds. */
  readonly usageWaitMs: number;
}

/**
 * Converts a stream to OpenAI's form: every chunk has a role, contents are strings, thinking is in
 * `reasoning_content`, and the usage comes once, at the end. If one answer was requested, only the first answer
 * of the server is read, as number 0. Once the answers have ended, an open stream is not awaited further.
 *
 * @throws RepriseError `model_failed` for a stream that ends without a finish reason
 */
export async function* tidyChunks(
  source: AsyncIterable<Chunk>,
  { signal, answers, usageWaitMs }: ChunkReading,
): AsyncGenerator<Chunk> {
  const choose = answers === 1 ? chooseOne() : (choices: readonly Choice[]) => choices;
  const ends = watchEnds();
  let last: Chunk | undefined;
  const isOver = () => !ends.areMissing(answers);
  for await (const chunk of untilQuiet(source, isOver, usageWaitMs)) {
    const { usage, choices: sent } = tidyChunk(chunk);
    const choices = choose(sent);
    if (usage !== undefined) last = { ...chunk, choices: [], usage };
    ends.see(choices);
    // LangChain reads only the first choice of a chunk.
    for (const choice of choices) yield { ...chunk, choices: [choice], usage: null };
  }
  if (signal?.aborted === true) return;
  if (ends.areMissing(1)) throw brokenOff(new Error("the stream ended without a finish reason"));
  if (last !== undefined) yield last;
}

/** Converts a complete response to a stream of one chunk. */
export async function* asStream(whole: OpenAI.Chat.ChatCompletion): AsyncGenerator<Chunk> {
  const { usage, choices, ...rest } = whole;
  const deltas = (choices ?? []).map(({ message, ...choice }) => {
    const { function_call: _, ...said } = { ...message };
    const delta = { ...said, tool_calls: readCalls(message) };
    const untold = choice.finish_reason ? {} : { finish_reason: UNTOLD_END };
    return Object.assign({ ...choice, delta }, untold);
  });
  const fields = { ...rest, ...(usage !== undefined && { usage }) };
  yield { ...fields, object: "chat.completion.chunk", choices: deltas };
}

/** Selects one answer, whatever its number. */
function chooseOne(): (choices: readonly Choice[]) => readonly Choice[] {
  let chosen: number | undefined;
  return (choices) => {
    chosen ??= (choices.find(({ index }) => index === 0) ?? choices[0])?.index;
    return choices.filter(({ index }) => index === chosen).map((one) => ({ ...one, index: 0 }));
  };
}

/** Tracks which answers of a stream have a finish reason. */
function watchEnds() {
  const begun = new Set<number>();
  const ended = new Set<number>();
  return {
    see(choices: readonly Choice[]): void {
      for (const { index, delta, finish_reason: reason } of choices) {
        if (delta.content) begun.add(index);
        if (reason !== null) ended.add(index);
      }
    },
    /** @param answers minimum number of ended answers */
    areMissing(answers: number): boolean {
      const isCut = begun.size > 1 && [...begun].some((index) => !ended.has(index));
      return ended.size < answers || isCut;
    },
  };
}

function tidyChunk(chunk: Chunk): { choices: readonly Choice[]; usage: Usage | undefined } {
  const parsed = raw.safeParse(chunk);
  if (!parsed.success) return { choices: [], usage: undefined };
  if (parsed.data.object === "error") throw brokenOff(chunk);
  return { choices: tidyChoices(chunk, parsed.data), usage: readUsage(chunk, parsed.data) };
}

function tidyChoices(chunk: Chunk, { choices }: z.infer<typeof raw>): readonly Choice[] {
  if (choices === null || choices === undefined) return [];
  return (chunk.choices ?? []).map((choice, index) => tidyChoice(choice, choices[index]));
}

/** Some servers report cumulative usage in each chunk; the last report is used. */
function readUsage(chunk: Chunk, { x_groq: groq }: z.infer<typeof raw>): Usage | undefined {
  const usage = chunk.usage ?? undefined;
  if (usage !== undefined && Object.keys(usage).length > 0) return usage;
  const parsed = groqUsage.safeParse(groq?.usage);
  return parsed.success ? parsed.data : undefined;
}

const groqUsage = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
});

function tidyChoice(choice: Choice, read: RawChoice | undefined): Choice {
  const said = read?.delta ?? read?.message ?? { content: read?.text };
  const { content, reasoning, refusal } = readSaid(said);
  const calls = readCalls(said);
  const delta = {
    ...choice.delta,
    role: "assistant" as const,
    content,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(reasoning !== "" && { reasoning_content: reasoning }),
    ...(refusal !== "" && { refusal }),
  };
  return { ...choice, index: choice.index ?? 0, delta, finish_reason: reasonOf(choice) };
}

const text = z.string().nullish().catch(undefined);
const calls = z.looseObject({
  tool_calls: z.array(
    z.object({
      index: z.number().nullish().catch(undefined),
      id: text,
      function: z
        .object({ name: text, arguments: z.unknown().optional() })
        .catch({ name: undefined }),
    }),
  ),
});
type CallDelta = NonNullable<Choice["delta"]["tool_calls"]>[number];

/** Fragments of tool calls. Some servers omit the index, or send the arguments as an object. */
function readCalls(said: unknown): CallDelta[] {
  const parsed = calls.safeParse(said);
  if (!parsed.success) return [];
  return parsed.data.tool_calls.map(({ index, id, function: called }, place) => {
    const { name, arguments: given } = called;
    const json = typeof given === "object" && given !== null ? JSON.stringify(given) : given;
    return {
      index: index ?? place,
      ...(id && { id }),
      type: "function",
      function: { ...(name && { name }), arguments: typeof json === "string" ? json : "" },
    };
  });
}

/** Ignores an empty finish reason. */
function reasonOf({ finish_reason: reason }: Choice): Choice["finish_reason"] {
  return typeof reason === "string" && reason.trim() !== "" ? reason : null;
}
