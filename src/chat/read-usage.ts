import { z } from "zod";
import type { ModelTokens } from "../usage/request-cost.ts";

const count = z.number().int().nonnegative();

/** LangChain's `usage_metadata`, as far as it is priced. */
const usageMetadata = z.object({
  input_tokens: count,
  output_tokens: count,
  input_token_details: z.object({ cache_read: count.nullish() }).nullish(),
});

const responseMetadata = z.object({ estimated: z.boolean().optional() });

/** Tokens of one model call, and whether they were counted here. */
export interface CallUsage {
  readonly tokens: ModelTokens;
  readonly estimated: boolean;
}

/**
 * The usage that a provider reported with a message; it stands on the aggregate of a stream, because
 * it comes on the last, empty chunk. When there is none, `count` says what the call must have used.
 *
 * @param message a LangChain message, or undefined when none came
 */
export function readUsage(
  message: { usage_metadata?: unknown; response_metadata?: unknown } | undefined,
  model: string,
  count: () => { promptTokens: number; completionTokens: number },
): CallUsage {
  const usage = usageMetadata.safeParse(message?.usage_metadata);
  if (!usage.success) {
    return { tokens: { model, cachedPromptTokens: 0, ...count() }, estimated: true };
  }
  const marked = responseMetadata.safeParse(message?.response_metadata);
  return {
    tokens: {
      model,
      promptTokens: usage.data.input_tokens,
      cachedPromptTokens: usage.data.input_token_details?.cache_read ?? 0,
      completionTokens: usage.data.output_tokens,
    },
    estimated: marked.success && marked.data.estimated === true,
  };
}
