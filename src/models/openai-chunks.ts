import type OpenAI from "openai";
import { z } from "zod";
import { untilQuiet } from "../operations/with-deadline.ts";
import { readCalls, readSaid } from "./openai-said.ts";
import { joinUsage, readChunkUsage } from "./openai-usage.ts";
import { brokenOff } from "./provider-errors.ts";

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Choice = OpenAI.Chat.Completions.ChatCompletionChunk.Choice;

/** Finish reason for a complete text whose server reports none. */
export const UNTOLD_END = "unknown";

/** The finish reason as a text, also from a number or `{type}`. Null if there is none. It may be any word. */
function readWord(reason: unknown): string | null {
  if (typeof reason === "number") return String(reason);
  const { type }: Record<string, unknown> = { ...(typeof reason === "object" && reason) };
  const word = type ?? reason;
  return typeof word === "string" && word.trim() !== "" ? word : null;
}

const rawChoice = z.looseObject({
  delta: z.unknown().optional(),
  message: z.unknown().optional(),
  text: z.unknown().optional(),
  index: z.coerce.number().int().nonnegative().optional().catch(undefined),
  finish_reason: z
    .preprocess(
      readWord,
      z.custom<Choice["finish_reason"]>((word) => word === null || typeof word === "string"),
    )
    .optional(),
});
type RawChoice = z.infer<typeof rawChoice>;

const raw = z.looseObject({
  choices: z.array(rawChoice).nullish().catch(undefined),
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
  let usage: OpenAI.CompletionUsage | undefined;
  const isOver = () => !ends.areMissing(answers);
  for await (const chunk of untilQuiet(source, isOver, usageWaitMs)) {
    const choices = choose(tidyChoices(chunk));
    usage = joinUsage(usage, readChunkUsage(chunk));
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

function tidyChoices(chunk: Chunk): readonly Choice[] {
  const parsed = raw.safeParse(chunk);
  const choices = (parsed.success && parsed.data.choices) || [];
  return choices.length === 0
    ? []
    : chunk.choices.map((choice, index) => tidyChoice(choice, choices[index]));
}

function tidyChoice(choice: Choice, read: RawChoice = {}): Choice {
  const said = read.delta ?? read.message ?? { content: read.text };
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
  const { index = 0, finish_reason: finish = null } = read;
  return { ...choice, index, delta, finish_reason: finish };
}
