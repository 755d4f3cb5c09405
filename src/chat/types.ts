import type { FieldProblem } from "../errors.ts";
import type { CacheTier, LookupReason } from "../cache/types.ts";
import type { Citation } from "../knowledge/types.ts";
import type { Caller } from "../identity/types.ts";
import type { ChatMessage } from "../history/types.ts";
import type { Sampling, ToolCall } from "../models/types.ts";
import type { DegradedPart } from "../operations/fail-open.ts";
import type { RequestCost, TokenUsage } from "../usage/types.ts";
import type { AnswerText, TokenLogprobs } from "./answer-choice.ts";
import type { ToolCallDelta } from "./tool-calls.ts";
import type { PassThrough } from "./pass-through.ts";
import type { HeldBack, MessageKind } from "./understand/understand.ts";
import type { FinishReason } from "./finish-reason.ts";

/** How a request may use the cache. */
export type CacheMode = "default" | "bypass" | "refresh" | "only";

/** A validated question on its way to an answer. */
export interface ChatRequest {
  readonly tenant: string;
  /** 1 to 8,000 characters, trimmed. */
  readonly message: string;
  /** Null: the request belongs to no conversation, nothing is remembered of it. */
  readonly conversationId: string | null;
  readonly userId?: string | undefined;
  /** Decides whose conversation and profile may be used; none: everybody's. */
  readonly caller?: Caller | undefined;
  /** Messages before this one, given by the client; when left out the stored window is read. */
  readonly history?: readonly ChatMessage[] | undefined;
  /**
   * Said before this message, and not in the conversation yet: kept together with its turn. A `history` that
   * is given has it already.
   */
  readonly added?: readonly ChatMessage[] | undefined;
  /** The conversation begins here: its id is new and unguessable, so that nobody else has it. */
  readonly beginsConversation?: boolean | undefined;
  /** Asks for another answer to a message: the stored window counts up to its last asking. */
  readonly asksAgain?: boolean | undefined;
  /** Instructions of the client that come before the history; part of the answer's scope. */
  readonly instructions?: string | undefined;
  readonly cacheMode: CacheMode;
  /** Stricter than the policy's threshold, never looser; checked at the edge. */
  readonly threshold?: number | undefined;
  readonly ttlSeconds?: number | undefined;
  /** A stored answer older than this, in seconds, is a miss. */
  readonly maxAgeSeconds?: number | undefined;
  /** Only these documents may be used. */
  readonly documentIds?: readonly string[] | undefined;
  readonly locale?: string | undefined;
  readonly sampling?: Sampling | undefined;
  /** A prompt that is too long is refused; by default it is tried with less of the history. */
  readonly keepsHistory?: boolean | undefined;
  /** What is handed to the model as it is: tools, fields of OpenAI's API, images, results of tools. */
  readonly passThrough?: PassThrough | undefined;
  readonly debug?: boolean | undefined;
  /** The id that the log and the errors of this request have. */
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

/** What the cache did for one request. */
export interface CacheOutcome {
  readonly status: CacheStatus;
  readonly tier: CacheTier | null;
  /** What the message was taken for. */
  readonly kind: MessageKind;
  /** To the nearest entry, 0..1; null when nothing was compared. */
  readonly similarity: number | null;
  readonly threshold: number;
  readonly entryId: string | null;
  readonly ageSeconds: number | null;
  /** The standalone question that was looked up. */
  readonly question: string;
  readonly matchedQuestion: string | null;
  /** Of the question, as a BCP 47 code; null when it cannot be told. */
  readonly language: string | null;
  readonly reasons: readonly CacheReason[];
}

/** Milliseconds spent in each stage. */
export interface StageTimings {
  readonly total: number;
  readonly resolve: number;
  readonly embed: number;
  readonly lookup: number;
  /** Waiting for a judge. */
  readonly judge: number;
  readonly retrieve: number;
  readonly model: number;
}

/** A whole reply. */
export interface ChatReply {
  /** `msg_…`. */
  readonly id: string;
  readonly conversationId: string | null;
  readonly answer: string;
  /** What the model said in refusing to answer; it is the answer too. */
  readonly refusal?: string | undefined;
  /** What the model thought before it answered, where it tells: no part of the answer, and kept nowhere. */
  readonly thinking?: string | undefined;
  readonly finishReason: FinishReason;
  /** What the client is asked to call; `answer` may be empty then. */
  readonly toolCalls?: readonly ToolCall[] | undefined;
  /** Where they were asked for. */
  readonly logprobs?: TokenLogprobs | undefined;
  /** The answers after the first one, where several were asked for. */
  readonly others?: readonly AnswerText[] | undefined;
  readonly citations: readonly Citation[];
  readonly cache: CacheOutcome;
  /** The stored answer that was served, or that this one was stored as. */
  readonly entry: {
    readonly scope: string;
    readonly id: string;
    readonly createdAt: number;
  } | null;
  /** Of this request: a hit has no tokens but those of resolving and embedding. */
  readonly usage: TokenUsage;
  readonly cost: RequestCost;
  /** The tokens of the model call that a hit spared. */
  readonly saved: { promptTokens: number; completionTokens: number; totalTokens: number };
  readonly timings: StageTimings;
  readonly degraded: readonly DegradedPart[];
  /** With `debug`: the passages in the prompt, in their order, and whether the history was in it. */
  readonly debug?: { passages: readonly Citation[]; historyInPrompt: boolean } | undefined;
}

/** A failure as it leaves the service. */
export interface ErrorReport {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  /** After which a retry makes sense, where known. */
  readonly retryAfterSeconds?: number | undefined;
  /** All fields that were wrong, the first one first. */
  readonly details?: readonly FieldProblem[] | undefined;
  /** What it came from: for the log, never shown. */
  readonly cause?: unknown;
}

/** Which of several answers, where a request asks for more than one: from 0; none: the first one. */
interface OfChoice {
  readonly choice?: number | undefined;
}

/** What happens while a question is answered, for hits and misses alike, in this order. */
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
  /** What the model thinks before it answers, or meanwhile. */
  | ({ readonly type: "reasoning-delta"; readonly text: string } & OfChoice)
  /** What came in `answer-delta` so far was thinking: the answer begins anew. */
  | ({ readonly type: "answer-reset" } & OfChoice)
  /** A piece of a tool call, where the request offers tools. */
  | ({ readonly type: "tool-call-delta" } & ToolCallDelta & OfChoice)
  /** Where the request asks for them. */
  | ({ readonly type: "logprobs-delta"; readonly logprobs: TokenLogprobs } & OfChoice)
  | { readonly type: "citations"; readonly citations: readonly Citation[] }
  | { readonly type: "answer-end"; readonly reply: ChatReply }
  /** In the place of whatever had not yet come; nothing follows. */
  | { readonly type: "answer-error"; readonly error: ErrorReport };

/** An event with its place in the stream, from 1. */
export interface NumberedEvent {
  readonly seq: number;
  readonly event: ChatEvent;
}

/**
 * Answers under way. Each runs to its end whether or not anyone listens, so that a dropped client
 * does not lose the turn; its events are kept for a while (60 s by default) to be resumed.
 */
export interface LiveAnswers {
  /** Begins to answer and gives the message id at once: a new one, or the one that is given. */
  start(request: ChatRequest, messageId?: string): string;
  /**
   * The events after `afterSeq` (0: all), those to come included; ends after the last one. Undefined
   * when the message is unknown, of another tenant, or forgotten. Leaving the loop stops listening, not answering.
   */
  follow(message: {
    tenant: string;
    id: string;
    /** To whom another's message is not there; none: this service itself. */
    caller?: Caller | undefined;
    afterSeq: number;
    signal?: AbortSignal | undefined;
  }): AsyncIterable<NumberedEvent> | undefined;
  /**
   * The same for whoever comes back: nothing of a conversation that was erased meanwhile, also through
   * another replica.
   */
  resume(
    message: Parameters<LiveAnswers["follow"]>[0],
  ): Promise<AsyncIterable<NumberedEvent> | undefined>;
  /** The id of the newest answer under way in a conversation; undefined: none, or none of the caller's. */
  underWay(conversation: {
    tenant: string;
    conversationId: string;
    caller?: Caller | undefined;
  }): string | undefined;
  /**
   * Stops the answers under way in a conversation and forgets the events of all: who listens gets the
   * error `stopped`. Resolves when they have ended, or after five seconds; true when there were some.
   */
  forget(conversation: { tenant: string; conversationId: string }): Promise<boolean>;
  /**
   * Cancels the model and keeps the part that came, as `stopped`; false when it has ended, undefined
   * when the message is unknown here, forgotten or another's.
   */
  stop(message: { tenant: string; id: string; caller?: Caller | undefined }): boolean | undefined;
  /** Resolves when the message is not being answered any more, at once where it never was. */
  whenEnded(id: string): Promise<void>;
  /** Resolves when no answer is under way, or after `timeoutMs`; then what is left is cancelled. */
  drain(timeoutMs: number): Promise<void>;
}
