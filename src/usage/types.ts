/** Tokens of one request, or of the request that made a stored answer. */
export interface TokenUsage {
  /** The chat model's name. */
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt and completion; embedding tokens are not in it. */
  readonly totalTokens: number;
  /** The part of the prompt that the provider served from its own prompt cache. */
  readonly cachedPromptTokens: number;
  /** The part of the prompt that the provider wrote into its prompt cache; left out where none is reported. */
  readonly cacheWriteTokens?: number | undefined;
  readonly embeddingTokens: number;
  /** True when the provider sent no usage and the tokens were counted here. */
  readonly estimated: boolean;
}

/** Money is whole nano-dollars (1e-9 USD) inside, decimal strings with nine places outside. */
export type NanoUsd = bigint;

/** What a request cost and what its hit spared. */
export interface RequestCost {
  readonly totalNanoUsd: NanoUsd;
  /** What the stored answer's model call would cost at today's price; 0 for anything but a hit. */
  readonly savedNanoUsd: NanoUsd;
  /** Saved less total; negative when the lookup cost more than it spared. */
  readonly netSavedNanoUsd: NanoUsd;
  /** False when a model involved is not in the price list: then all amounts are 0. */
  readonly priced: boolean;
}
