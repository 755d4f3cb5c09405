import type { AIMessageChunk } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { z } from "zod";

const tokens = z.looseObject({ input_tokens: z.number(), output_tokens: z.number() });

/**
 * Merges a chunk into the stream so far and corrects its usage. If an OpenAI-compatible server sends no role,
 * LangChain (1.4.0) loses the usage. `@langchain/anthropic` (1.5.11) reports the answer's tokens twice, a few at
 * the start and all at the end; LangChain would add them up.
 */
export function joinChunks(
  whole: AIMessageChunk | undefined,
  chunk: AIMessageChunk,
): AIMessageChunk {
  if (whole === undefined) return chunk;
  const joined = concat(whole, chunk);
  // Not from `response_metadata.usage`: LangChain adds up repeated reports there.
  const usage = joined.usage_metadata ?? chunk.usage_metadata;
  if (usage !== joined.usage_metadata) return Object.assign(joined, { usage_metadata: usage });
  if (whole.response_metadata["model_provider"] !== "anthropic") return joined;
  const all = tokens.safeParse(joined.usage_metadata);
  const last = tokens.safeParse(chunk.usage_metadata);
  if (!all.success || !last.success || last.data.input_tokens > 0) return joined;
  const { output_tokens } = last.data;
  const total_tokens = all.data.input_tokens + output_tokens;
  return Object.assign(joined, { usage_metadata: { ...all.data, output_tokens, total_tokens } });
}
