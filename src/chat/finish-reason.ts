import type { AIMessageChunk } from "@langchain/core/messages";
import type { FinishReason } from "./types.ts";

/** The providers' words for why a text ended. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  content_filter: "content_filter",
  refusal: "content_filter",
  safety: "content_filter",
  recitation: "content_filter",
};

/** Why the text ended, if this chunk says it; a word that is not known counts as `unknown`. */
export function readFinishReason(chunk: AIMessageChunk): FinishReason | undefined {
  const metadata: Record<string, unknown> = {
    ...chunk.additional_kwargs,
    ...chunk.response_metadata,
  };
  const reason =
    metadata["finish_reason"] ??
    metadata["stop_reason"] ??
    metadata["finishReason"] ??
    metadata["done_reason"];
  if (typeof reason !== "string" || reason === "") return undefined;
  return REASONS[reason.toLowerCase()] ?? "unknown";
}
