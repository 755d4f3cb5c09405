import { z } from "zod";
import { MOST_TOKENS, type ModelTokens } from "../usage/request-cost.ts";

const count = z.number().int().nonnegative().max(MOST_TOKENS);

/** The priced fields of LangChain's `usage_metadata`. */
const usageMetadata = z.object({
  input_tokens: count,
  output_tokens: count,
  total_tokens: count.nullish(),
  output_token_details: z.object({ reasoning: count.nullish() }).nullish(),
  input_token_details: z
    .object({ cache_read: count.nullish(), cache_creation: count.nullish() })
    .nullish(),
});

type Usage = z.infer<typeof usageMetadata>;

const marks = z.object({ estimated: z.boolean().optional() });

const cacheWrites = z.object({ cache_write_tokens: count.nullish() }).nullish();

/** OpenAI's own usage: `@langchain/openai` omits cache writes from `usage_metadata`. */
const openAiUsage = z.object({
  usage: z.object({ prompt_tokens_details: cacheWrites, input_tokens_details: cacheWrites }),
});

/** Tokens of one model call, and whether they are an estimate. */
export interface CallUsage {
  readonly tokens: ModelTokens;
  readonly estimated: boolean;
}

/**
 * Reads the provider's usage from the merged stream, since it arrives with the last, empty chunk. If it is
 * missing or impossible, uses the estimate of `count`.
 *
 * @param message a LangChain message, or undefined if none arrived
 */
export function readUsage(
  message: { usage_metadata?: unknown; response_metadata?: unknown } | undefined,
  model: string,
  count: () => { promptTokens: number; completionTokens: number },
): CallUsage {
  const usage = usageMetadata.safeParse(message?.usage_metadata);
  if (!usage.success || !isPossible(usage.data, count)) {
    return { tokens: { model, cachedPromptTokens: 0, ...count() }, estimated: true };
  }
  const marked = marks.safeParse(message?.response_metadata);
  return {
    tokens: { model, ...toTokens(usage.data, message?.response_metadata) },
    estimated: marked.success && marked.data.estimated === true,
  };
}

/** A prompt has tokens, an answer with text has tokens, and cached tokens do not exceed the prompt. */
function isPossible(
  { input_tokens: prompt, output_tokens: completion, input_token_details: details }: Usage,
  count: () => { completionTokens: number },
): boolean {
  const cached = (details?.cache_read ?? 0) + (details?.cache_creation ?? 0);
  if (prompt === 0 || cached > prompt) return false;
  return completion > 0 || count().completionTokens === 0;
}

function toTokens(usage: Usage, responseMetadata: unknown) {
  const details = usage.input_token_details;
  const written = details?.cache_creation ?? readCacheWrites(responseMetadata);
  return {
    promptTokens: usage.input_tokens,
    cachedPromptTokens: details?.cache_read ?? 0,
    ...(written > 0 && { cacheWriteTokens: written }),
    ...toCompletion(usage),
  };
}

/** Google includes thinking tokens only in the total and bills them as output. */
function toCompletion(usage: Usage) {
  const reasoning = usage.output_token_details?.reasoning ?? 0;
  const beside = (usage.total_tokens ?? 0) - usage.input_tokens - usage.output_tokens;
  const isBeside = beside > 0 && beside === reasoning;
  return {
    completionTokens: usage.output_tokens + (isBeside ? reasoning : 0),
    ...(reasoning > 0 && { reasoningTokens: reasoning }),
  };
}

function readCacheWrites(responseMetadata: unknown): number {
  const parsed = openAiUsage.safeParse(responseMetadata);
  if (!parsed.success) return 0;
  const { prompt_tokens_details: chat, input_tokens_details: responses } = parsed.data.usage;
  return (chat ?? responses)?.cache_write_tokens ?? 0;
}
