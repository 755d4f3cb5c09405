/** Tokens of one request, or of the request that generated a cached answer. */
export interface TokenUsage {
  /** Name of the chat model. */
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt and completion tokens, without embedding tokens. */
  readonly totalTokens: number;
  /** Prompt tokens read from the provider's prompt cache. */
  readonly cachedPromptTokens: number;
  /** Prompt tokens written to the provider's prompt cache; omitted if not reported. */
  readonly cacheWriteTokens?: number | undefined;
  /** Reasoning tokens among the completion tokens; omitted if not reported. */
  readonly reasoningTokens?: number | undefined;
  readonly embeddingTokens: number;
  /** True if the provider reported no usage and Reprise counted the tokens. */
  readonly estimated: boolean;
}

/** Money: integer nano-dollars (1e-9 USD) internally, decimal strings with nine places in the API. */
export type NanoUsd = bigint;

/** The cost of a request, and the savings of a hit. */
export interface RequestCost {
  readonly totalNanoUsd: NanoUsd;
  /** Cost of the cached answer's model call at today's price; 0 unless it is a hit. */
  readonly savedNanoUsd: NanoUsd;
  /** Saved minus total; negative if the lookup cost more than it saved. */
  readonly netSavedNanoUsd: NanoUsd;
  /** False if a model is not in the price list; then all amounts are 0. */
  readonly priced: boolean;
}

/** Ledger entry of one finished answer: usage and cost, without text. */
export interface LedgerEntry {
  /** Id of the message. Writing the same entry twice counts it once. */
  readonly id: string;
  readonly tenant: string;
  /** When the answer ended, in milliseconds since the epoch. */
  readonly createdAt: number;
  readonly conversationId: string | null;
  readonly userId: string | null;
  /**
   * The cache status of a request: `hit`, `miss`, `bypass`, `refresh`, `disabled`, `failed`, or
   * `task` for work on a given text, which is never looked up.
   *
   * Other statuses are in all sums but are not counted as requests:
   * - `judged`: a judge call after a reply
   * - `shadow`: a hit that was also answered by the model
   * - `shadow-judged`: the judge call that compares the two answers
   * - `embeddings`: vectors requested by a client
   */
  readonly status: string;
  /** `exact`, `semantic` or `verified`; null unless it is a hit. */
  readonly tier: string | null;
  readonly finishReason: string;
  readonly usage: TokenUsage;
  readonly saved: { readonly promptTokens: number; readonly completionTokens: number };
  /** At the prices of that day. */
  readonly cost: RequestCost;
  readonly totalMs: number;
}

/** Totals of a set of requests. */
export interface UsageTotals {
  readonly requests: number;
  readonly hits: { readonly exact: number; readonly semantic: number; readonly verified: number };
  /** Lookups that found no cached answer; `bypass` and `refresh` do not look up. */
  readonly misses: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedPromptTokens: number;
  readonly reasoningTokens: number;
  readonly embeddingTokens: number;
  /** Requests whose tokens Reprise counted itself. */
  readonly estimated: number;
  readonly saved: { readonly promptTokens: number; readonly completionTokens: number };
  readonly totalNanoUsd: NanoUsd;
  readonly savedNanoUsd: NanoUsd;
  readonly netSavedNanoUsd: NanoUsd;
  /** Requests of unpriced models, which are not included in the amounts. */
  readonly unpriced: number;
  /**
   * Shadow runs: hits also answered by the model, to check them. Not counted as requests, but
   * included in the total. The amount includes the judge calls.
   */
  readonly shadow: { readonly runs: number; readonly nanoUsd: NanoUsd };
}

export type ReportGroup = "hour" | "day" | "model" | "conversation" | "user" | "tenant";

/** Selects part of the ledger. */
export interface LedgerRange {
  /** Undefined: all tenants. */
  readonly tenant?: string | undefined;
  /** Milliseconds since the epoch, included. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, not included. */
  readonly to?: number | undefined;
  /** Undefined: all requests, including those without a conversation. */
  readonly conversationId?: string | undefined;
}

/** One row of a report. */
export interface ReportRow {
  /**
   * A day such as `2026-11-25`, the start of an hour in ISO 8601, a model, or an id; null for
   * requests without a conversation or user.
   */
  readonly key: string | null;
  readonly totals: UsageTotals;
}

/**
 * The ledger of usage, cost and savings. All sums are integers, so every grouping adds up to the
 * same total.
 */
export interface Ledger {
  /** Undefined for a conversation without entries. */
  conversation(key: { tenant: string; conversationId: string }): Promise<UsageTotals | undefined>;
  /**
   * Rows sorted by key, null first.
   *
   * @param report `timeZone` is the IANA name of the zone of the days
   * @throws RepriseError `invalid_request` for more than 100,000 rows
   */
  report(
    report: LedgerRange & { groupBy: ReportGroup; timeZone: string },
  ): Promise<readonly ReportRow[]>;
  /** All entries, oldest first, read in pages as the caller consumes them. */
  entries(range: LedgerRange): AsyncIterable<LedgerEntry>;
}
