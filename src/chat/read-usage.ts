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

/** Our own sizes of a call's texts. Counting tokens takes time, so it is done only where the bytes decide nothing. */
export interface OwnMeasure {
  readonly promptBytes: number;
  /** Of answers and thinking. */
  readonly completionBytes: number;
  readonly answerBytes: number;
  /** Whether the prompt has images, sound or files. Their tokens cannot be counted here. */
  readonly hasMedia: boolean;
  countPrompt(): number;
  countAnswer(): number;
  /** Answers and thinking. */
  countCompletion(): number;
}

/**
 * Reads the provider's usage from the merged stream, since it arrives with the last, empty chunk. If it is
 * missing or impossible, uses our own count.
 *
 * @param message a LangChain message, or undefined if none arrived
 */
export function readUsage(
  message: { usage_metadata?: unknown; response_metadata?: unknown } | undefined,
  model: string,
  own: OwnMeasure,
): CallUsage {
  const usage = usageMetadata.safeParse(message?.usage_metadata);
  if (!usage.success || !isPossible(usage.data, own)) {
    const promptTokens = own.countPrompt();
    const completionTokens = own.countCompletion();
    return {
      tokens: { model, promptTokens, cachedPromptTokens: 0, completionTokens },
      estimated: true,
    };
  }
  const marked = marks.safeParse(message?.response_metadata);
  return {
    tokens: { model, ...toTokens(usage.data, message?.response_metadata) },
    estimated: marked.success && marked.data.estimated === true,
  };
}

/** A prompt has tokens, cached tokens do not exceed it, and both counts fit our own texts. */
function isPossible(usage: Usage, own: OwnMeasure): boolean {
  const { input_tokens: prompt, output_tokens: completion, input_token_details: details } = usage;
  const { cache_read: read, cache_creation: written } = { ...details };
  if (prompt === 0 || (read ?? 0) + (written ?? 0) > prompt) return false;
  if (completion === 0 && own.completionBytes > 0) return false;
  return (
    !isTooMuch(usage, own) &&
    isEnough(prompt, own.promptBytes, () => own.countPrompt()) &&
    isEnough(completion, own.answerBytes, () => own.countAnswer())
  );
}

function isTooMuch(usage: Usage, { promptBytes, completionBytes, hasMedia }: OwnMeasure): boolean {
  const { input_tokens: prompt, output_tokens: completion, output_token_details: details } = usage;
  if (!hasMedia && prompt > promptBytes + UNSEEN_PROMPT) return true;
  const reasoning = Math.min(details?.reasoning ?? 0, MOST_REASONING);
  return completion > completionBytes + UNSEEN_COMPLETION + reasoning;
}

/**
 * No tokenizer makes more tokens than a text has bytes. A prompt has more than its text: the chat template, the
 * instructions for tools, and what some providers add, such as search results.
 */
const UNSEEN_PROMPT = 16_384;
/** Thinking that a provider bills without reporting it. */
const UNSEEN_COMPLETION = 32_768;
/** Thinking that a provider reports. No model thinks longer. */
const MOST_REASONING = 262_144;
/**
 * Least tokens of other tokenizers, as a share of our count. Measured for six tokenizers (cl100k, r50k, Llama 2
 * and 3, Mistral, Claude) on texts in ten languages, JSON and numbers: 0.73.
 */
const LEAST_SHARE = 1 / 3;
/** Allowance for very short texts and for a report that is a chunk behind. */
const FEW_TOKENS = 16;
/** With a token for this many bytes, a report is not too small in any language. */
const BYTES_A_TOKEN = 8;

function isEnough(tokens: number, bytes: number, count: () => number): boolean {
  const known = tokens + FEW_TOKENS;
  return known * BYTES_A_TOKEN >= bytes || known >= count() * LEAST_SHARE;
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
