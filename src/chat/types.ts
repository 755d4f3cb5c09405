import type { FieldProblem } from "../errors.ts";
import type { CacheTier, LookupReason } from "../cache/types.ts";
import type { Citation } from "../knowledge/types.ts";
import type { Caller } from "../identity/types.ts";
import type { ChatMessage } from "../history/types.ts";
import type { Sampling, ToolCall } from "../models/types.ts";
import type { DegradedPart } from "../operations/with-deadline.ts";
import type { RequestCost, TokenUsage } from "../usage/types.ts";
import type { AnswerText, TokenLogprobs } from "./answer-choice.ts";
import type { ToolCallDelta } from "./tool-calls.ts";
import type { PassThrough } from "./pass-through.ts";
import type { HeldBack, MessageKind } from "./understand/understand.ts";
import type { FinishReason } from "./finish-reason.ts";

/** How a request may use the cache. */
export type CacheMode = "default" | "bypass" | "refresh" | "only";

/** A validated request. */
export interface ChatRequest {
  readonly tenant: string;
  /** 1 to 8,000 characters, trimmed. */
  readonly message: string;
  /** Null: the request has no conversation and is not remembered. */
  readonly conversationId: string | null;
  readonly userId?: string | undefined;
  /** Decides access to conversation and profile. Default: access to all. */
  readonly caller?: Caller | undefined;
  /** Earlier messages from the client. Default: the stored window. */
  readonly history?: readonly ChatMessage[] | undefined;
  /**
   * Messages before this one that are not stored yet: they are recorded with its turn. A given `history` already
   * includes them.
   */
  readonly added?: readonly ChatMessage[] | undefined;
  /** The conversation is new. Its id is unguessable, so nobody else has it. */
  readonly beginsConversation?: boolean | undefined;
  /** Requests another answer to a message: the stored window ends before its last occurrence. */
  readonly asksAgain?: boolean | undefined;
  /** Instructions of the client before the history; part of the answer's scope. */
  readonly instructions?: string | undefined;
  readonly cacheMode: CacheMode;
  /** May only be stricter than the policy's threshold; validated at the edge. */
  readonly threshold?: number | undefined;
  readonly ttlSeconds?: number | undefined;
  /** Maximum age of a cached answer, in seconds; an older one is a miss. */
  readonly maxAgeSeconds?: number | undefined;
  /** Restricts the search to these documents. */
  readonly documentIds?: readonly string[] | undefined;
  readonly locale?: string | undefined;
  readonly sampling?: Sampling | undefined;
  /** True: a prompt that is too long is rejected. Default: retry with a shorter history. */
  readonly keepsHistory?: boolean | undefined;
  /** Passed to the model unchanged: tools, fields of OpenAI's API, images, tool results. */
  readonly passThrough?: PassThrough | undefined;
  readonly debug?: boolean | undefined;
  /** Id of the request in the log and in errors. */
  readonly requestId?: string | undefined;
}

export type CacheStatus = "hit" | "miss" | "bypass" | "refresh" | "disabled";
/** Why a request was or was not served from the cache. Stable codes. */
export type CacheReason =
  | LookupReason
  | HeldBack
  | "bypass-requested"
  | "passed-through"
  | "refresh-requested"
  | "reads-as-instruction"
  | "cache-disabled";

/** Result of the cache for one request. */
export interface CacheOutcome {
  readonly status: CacheStatus;
  readonly tier: CacheTier | null;
  /** Kind of the message. */
  readonly kind: MessageKind;
  /** Similarity to the nearest entry, 0..1; null if nothing was compared. */
  readonly similarity: number | null;
  readonly threshold: number;
  readonly entryId: string | null;
  readonly ageSeconds: number | null;
  /** The standalone question that was looked up. */
  readonly question: string;
  readonly matchedQuestion: string | null;
  /** Language of the question, a BCP 47 code; null if undetermined. */
  readonly language: string | null;
  readonly reasons: readonly CacheReason[];
}

/** Milliseconds spent in each stage. */
export interface StageTimings {
  readonly total: number;
  readonly resolve: number;
  readonly embed: number;
  readonly lookup: number;
  /** Time to wait for a judge. */
  readonly judge: number;
  readonly retrieve: number;
  readonly model: number;
}

/** A complete reply. */
export interface ChatReply {
  /** `msg_…`. */
  readonly id: string;
  readonly conversationId: string | null;
  readonly answer: string;
  /** The model's refusal; also the answer. */
  readonly refusal?: string | undefined;
  /** The model's thinking, if it reports any. Not part of the answer, and not stored. */
  readonly thinking?: string | undefined;
  readonly finishReason: FinishReason;
  /** Tool calls for the client; `answer` may then be empty. */
  readonly toolCalls?: readonly ToolCall[] | undefined;
  /** Set if requested. */
  readonly logprobs?: TokenLogprobs | undefined;
  /** The choices after the first one, if several were requested. */
  readonly others?: readonly AnswerText[] | undefined;
  readonly citations: readonly Citation[];
  readonly cache: CacheOutcome;
  /** The cached answer that was served, or the entry of this answer. */
  readonly entry: {
    readonly scope: string;
    readonly id: string;
    readonly createdAt: number;
  } | null;
  /** Usage of this request. A hit uses tokens only for rewriting and embedding. */
  readonly usage: TokenUsage;
  readonly cost: RequestCost;
  /** Tokens of the model call that a hit saved. */
  readonly saved: { promptTokens: number; completionTokens: number; totalTokens: number };
  readonly timings: StageTimings;
  readonly degraded: readonly DegradedPart[];
  /** With `debug`: the passages of the prompt, in order, and whether it contained the history. */
  readonly debug?: { passages: readonly Citation[]; historyInPrompt: boolean } | undefined;
}

/** An error as clients see it. */
export interface ErrorReport {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  /** Seconds until a retry is useful, if known. */
  readonly retryAfterSeconds?: number | undefined;
  /** All invalid fields, in order. */
  readonly details?: readonly FieldProblem[] | undefined;
  /** The cause, for the log only. */
  readonly cause?: unknown;
}

/** Index of the choice, from 0, if several were requested. Default: the first. */
interface OfChoice {
  readonly choice?: number | undefined;
}

/** Events of an answer, for hits and misses alike, in this order. */
export type ChatEvent =
  | {
      readonly type: "answer-start";
      readonly id: string;
      readonly conversationId: string | null;
      readonly cache: CacheOutcome;
    }
  | ({
      readonly type: "answer-delta";
      readonly text: string;
      /** Part of a refusal. */
      readonly isRefusal?: boolean | undefined;
    } & OfChoice)
  /** The model's thinking, before or during the answer. */
  | ({ readonly type: "reasoning-delta"; readonly text: string } & OfChoice)
  /** The text in `answer-delta` so far was thinking: discard it. */
  | ({ readonly type: "answer-reset" } & OfChoice)
  /** Delta of a tool call, if the request offers tools. */
  | ({ readonly type: "tool-call-delta" } & ToolCallDelta & OfChoice)
  /** Sent if requested. */
  | ({ readonly type: "logprobs-delta"; readonly logprobs: TokenLogprobs } & OfChoice)
  | { readonly type: "citations"; readonly citations: readonly Citation[] }
  | { readonly type: "answer-end"; readonly reply: ChatReply }
  /** Replaces the remaining events; it is the last one. */
  | { readonly type: "answer-error"; readonly error: ErrorReport };

/** An event with its position in the stream, from 1. */
export interface NumberedEvent {
  readonly seq: number;
  readonly event: ChatEvent;
}

/**
 * Running answers. An answer runs to its end even if nobody listens, so that a dropped connection does not lose
 * the turn. Its events can be resumed for a while (60 s by default).
 */
export interface LiveAnswers {
  /** Starts an answer and returns the message id immediately: the given one, or a new one. */
  start(request: ChatRequest, messageId?: string): string;
  /**
   * The events after `afterSeq` (0: all), including future ones; ends after the last one. Undefined if the
   * message is unknown, forgotten, or of another tenant. Leaving the loop stops listening but not the answer.
   */
  follow(message: {
    tenant: string;
    id: string;
    /** User who asks; messages of others are hidden. Default: the service itself, which sees all. */
    caller?: Caller | undefined;
    afterSeq: number;
    signal?: AbortSignal | undefined;
  }): AsyncIterable<NumberedEvent> | undefined;
  /**
   * The same for a client that reconnects. Returns nothing of a conversation that was erased in the meantime,
   * even on another replica.
   */
  resume(
    message: Parameters<LiveAnswers["follow"]>[0],
  ): Promise<AsyncIterable<NumberedEvent> | undefined>;
  /** Id of the newest running answer of a conversation; undefined if there is none, or none of the caller's. */
  underWay(conversation: {
    tenant: string;
    conversationId: string;
    caller?: Caller | undefined;
  }): string | undefined;
  /**
   * Stops the running answers of a conversation and drops all its events; listeners get the error `stopped`.
   * Resolves when the answers have ended, or after five seconds. True if there were any.
   */
  forget(conversation: { tenant: string; conversationId: string }): Promise<boolean>;
  /**
   * Cancels the model and keeps the partial output, as `stopped`. False if the answer has ended; undefined if
   * the message is unknown here, forgotten, or another user's.
   */
  stop(message: { tenant: string; id: string; caller?: Caller | undefined }): boolean | undefined;
  /** Resolves when the message's answer has ended; immediately if there is none. */
  whenEnded(id: string): Promise<void>;
  /** Resolves when no answer is running. After `timeoutMs`, cancels the remaining ones. */
  drain(timeoutMs: number): Promise<void>;
}
