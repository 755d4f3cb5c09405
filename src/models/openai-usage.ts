import type OpenAI from "openai";
import { z } from "zod";

type Usage = OpenAI.CompletionUsage;

const count = z.number().nonnegative().optional().catch(undefined);
const details = z
  .looseObject({
    cached_tokens: count,
    cache_write_tokens: count,
    cache_creation_tokens: count,
    reasoning_tokens: count,
  })
  .optional()
  .catch(undefined);

/** Token counts by all names that servers use for prompt caches and reasoning. */
const usageSchema = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: details,
  input_tokens_details: details,
  completion_tokens_details: details,
  output_tokens_details: details,
  /** DeepSeek. */
  prompt_cache_hit_tokens: count,
  /** Moonshot, Perplexity. */
  cached_tokens: count,
  /** Anthropic's names, in gateways. */
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  reasoning_tokens: count,
});

const report = z.looseObject({
  usage: usageSchema.nullish().catch(undefined),
  /** Groq. */
  x_groq: z
    .looseObject({ usage: usageSchema.nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  /** Moonshot reports the usage in the last choice. */
  choices: z
    .array(
      z
        .looseObject({ usage: usageSchema.nullish().catch(undefined) })
        .nullish()
        .catch(undefined),
    )
    .nullish()
    .catch(undefined),
});

/** Usage of a chunk, by OpenAI's names; undefined if it reports none. */
export function readChunkUsage(chunk: unknown): Usage | undefined {
  const parsed = report.safeParse(chunk);
  if (!parsed.success) return undefined;
  const { usage, x_groq: groq, choices } = parsed.data;
  const inChoice = choices?.map((choice) => choice?.usage);
  const given = [usage, groq?.usage, ...(inChoice ?? [])].find(
    (one) => one !== null && one !== undefined && Object.keys(one).length > 0,
  );
  return given === undefined || given === null ? undefined : toUsage(given);
}

function toUsage(given: z.infer<typeof usageSchema>): Usage {
  const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = given;
  const ofPrompt = given.prompt_tokens_details ?? given.input_tokens_details ?? {};
  const ofOutput = given.completion_tokens_details ?? given.output_tokens_details ?? {};
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: given.total_tokens ?? prompt + completion,
    prompt_tokens_details: {
      ...named("cached_tokens", [
        ofPrompt.cached_tokens,
        given.prompt_cache_hit_tokens,
        given.cached_tokens,
        given.cache_read_input_tokens,
      ]),
      ...named("cache_write_tokens", [
        ofPrompt.cache_write_tokens,
        ofPrompt.cache_creation_tokens,
        given.cache_creation_input_tokens,
      ]),
    },
    completion_tokens_details: named("reasoning_tokens", [
      ofOutput.reasoning_tokens,
      given.reasoning_tokens,
    ]),
  };
}

/** The first known count under a name. Empty if none is known. */
function named(name: string, counts: readonly (number | undefined)[]): Record<string, number> {
  const known = counts.find((one) => one !== undefined);
  return known === undefined ? {} : { [name]: known };
}

/** Reports are cumulative. A count that is missing in a later one is taken from an earlier one. */
export function joinUsage(before: Usage | undefined, after: Usage | undefined): Usage | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  const [prompt, completion] = [
    after.prompt_tokens || before.prompt_tokens,
    after.completion_tokens || before.completion_tokens,
  ];
  return {
    ...after,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: Math.max(after.total_tokens, prompt + completion),
    prompt_tokens_details: { ...before.prompt_tokens_details, ...after.prompt_tokens_details },
    completion_tokens_details: {
      ...before.completion_tokens_details,
      ...after.completion_tokens_details,
    },
  };
}
