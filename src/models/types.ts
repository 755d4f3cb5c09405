import type { BaseChatModel } from "@langchain/core/language_models/chat_models";

/** What every port call accepts to be given up early. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Vectors and what they cost to make. */
export interface EmbeddingResult {
  /** One L2-normalised vector per text, in the order asked. */
  readonly vectors: readonly Float32Array[];
  /** Tokens billed for all texts together; 0 where nothing is billed. */
  readonly tokens: number;
}

/**
 * Turns text into vectors whose dot product is their cosine similarity.
 * Throws `model_failed` (502) or `model_timeout` (504) when its backend does.
 */
export interface Embedder {
  /** Model id with its version; vectors of different ids are never compared. */
  readonly id: string;
  /** The model's name in the price list. */
  readonly model: string;
  readonly dimensions: number;
  embed(texts: readonly string[], options?: CallOptions): Promise<EmbeddingResult>;
  /** Says that this text may be wanted soon; for embedders that can fetch its vector meanwhile. */
  prefetch?(text: string): void;
  close(): Promise<void>;
}

/** Sampling that a client asked for; what is left out is the provider's default. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number | undefined;
}

/** A LangChain chat model with what the cache and the bill must know of it. */
export interface ChatModel {
  /** The model's name as asked for and priced, such as `gpt-4o-mini`. */
  readonly id: string;
  /** The provider: part of the answer's scope. */
  readonly fingerprint: string;
  /** False for `offline-extractive`, which only repeats passages and cannot rewrite a question. */
  readonly canRewrite: boolean;
  /** Longest time one answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The model that samples so; the offline one takes no notice. */
  withSampling(sampling: Sampling): Promise<BaseChatModel> | BaseChatModel;
}

/** Counts tokens where the provider sends no usage. */
export interface TokenCounter {
  count(text: string): number;
  /** Tokens of a prompt of these messages, what the chat format adds to each included. */
  countPrompt(messages: readonly string[]): number;
}
