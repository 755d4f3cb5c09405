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
  /** The part of the completion that the model thought and did not say; left out where none is reported. */
  readonly reasoningTokens?: number | undefined;
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

/** One ended answer as the ledger keeps it: what it used and cost, and no text of anybody. */
export interface LedgerEntry {
  /** The message's id; the same one is counted once, however often it is written. */
  readonly id: string;
  readonly tenant: string;
  /** When the answer ended, in milliseconds since the epoch. */
  readonly createdAt: number;
  readonly conversationId: string | null;
  readonly userId: string | null;
  /**
   * `hit`, `miss`, `bypass`, `refresh`, `disabled` or `failed`; `task` for work on a text, which is never
   * looked up; `judged` for what a judge took after a
   * reply, `shadow` for a hit that was answered anew, `shadow-judged` for what a judge took to compare
   * the two answers, `embeddings` for vectors that a client asked for: these are in all sums and count as no
   * request.
   */
  readonly status: string;
  /** `exact`, `semantic` or `verified`; null for anything but a hit. */
  readonly tier: string | null;
  readonly finishReason: string;
  readonly usage: TokenUsage;
  readonly saved: { readonly promptTokens: number; readonly completionTokens: number };
  /** As priced on the day. */
  readonly cost: RequestCost;
  readonly totalMs: number;
}

/** What a set of requests came to. */
export interface UsageTotals {
  readonly requests: number;
  readonly hits: { readonly exact: number; readonly semantic: number; readonly verified: number };
  /** Requests that looked for a stored answer and found none; `bypass` and `refresh` did not look. */
  readonly misses: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedPromptTokens: number;
  readonly reasoningTokens: number;
  readonly embeddingTokens: number;
  /** Requests whose tokens were counted here. */
  readonly estimated: number;
  readonly saved: { readonly promptTokens: number; readonly completionTokens: number };
  readonly totalNanoUsd: NanoUsd;
  readonly savedNanoUsd: NanoUsd;
  readonly netSavedNanoUsd: NanoUsd;
  /** Requests of models without a price, which are in no amount. */
  readonly unpriced: number;
  /**
   * Answers made anew beside hits, to see whether these were right: no requests, and part of the total.
   * What a judge took to compare them is in the amount.
   */
  readonly shadow: { readonly runs: number; readonly nanoUsd: NanoUsd };
}

export type ReportGroup = "hour" | "day" | "model" | "conversation" | "user" | "tenant";

/** Which part of the ledger. */
export interface LedgerRange {
  /** Undefined: every tenant. */
  readonly tenant?: string | undefined;
  /** Milliseconds since the epoch, included. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, not included. */
  readonly to?: number | undefined;
  /** Undefined: all, and the requests without one. */
  readonly conversationId?: string | undefined;
}

/** One line of a report. */
export interface ReportRow {
  /** A day as `2026-11-25`, the first moment of an hour in ISO 8601, a model, an id; null for requests without a conversation or user. */
  readonly key: string | null;
  readonly totals: UsageTotals;
}

/** What was used, spent and saved. All sums are whole numbers, so that every grouping agrees. */
export interface Ledger {
  /** Undefined for a conversation of which nothing was counted. */
  conversation(key: { tenant: string; conversationId: string }): Promise<UsageTotals | undefined>;
  /**
   * Days in their order, everything else by its key, null first.
   *
   * @param report `timeZone` an IANA name, in which the days are
   * @throws RepriseError `invalid_request` when it has more than 100,000 lines
   */
  report(
    report: LedgerRange & { groupBy: ReportGroup; timeZone: string },
  ): Promise<readonly ReportRow[]>;
  /** All entries, oldest first, read in pages while the caller takes them. */
  entries(range: LedgerRange): AsyncIterable<LedgerEntry>;
}
