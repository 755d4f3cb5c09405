import type { AnswerText, TokenLogprobs } from "../../chat/answer-choice.ts";
import type { FinishReason } from "../../chat/finish-reason.ts";
import type { ToolCallDelta } from "../../chat/tool-calls.ts";
import type { ChatEvent, ChatReply } from "../../chat/types.ts";
import type { ToolCall } from "../../models/types.ts";
import { toCacheBody, toCitationBody, toCostBody } from "./reply-format.ts";

const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  length: "length",
  content_filter: "content_filter",
  tool_calls: "tool_calls",
  stopped: "stop",
  unknown: "stop",
};

const completionId = (id: string) => id.replace(/^msg_/, "chatcmpl-");

/** Data of a completion besides the answer. */
export interface CompletionExtras {
  /** Seconds since the epoch. */
  readonly created: number;
  /** Request fields that were ignored. */
  readonly ignored: readonly string[];
}

/** The complete completion. */
export function toCompletion(reply: ChatReply, { created, ignored }: CompletionExtras) {
  return {
    id: completionId(reply.id),
    object: "chat.completion",
    created,
    model: reply.usage.model,
    choices: choicesOf(reply).map((choice, index) => ({
      index,
      message: toMessage(choice),
      logprobs: choice.logprobs ?? null,
      finish_reason: FINISH_REASONS[choice.finishReason],
    })),
    usage: toCompletionUsage(reply),
    x_reprise: toExtension(reply, ignored),
  };
}

type Choice = Pick<
  AnswerText,
  "text" | "refusal" | "thinking" | "toolCalls" | "logprobs" | "finishReason"
>;

function choicesOf(reply: ChatReply): Choice[] {
  const { answer, refusal, thinking = "", toolCalls = [], logprobs, finishReason } = reply;
  const first = { text: answer, refusal, thinking, toolCalls, logprobs, finishReason };
  return [first, ...(reply.others ?? [])];
}

/** With a refusal or only tool calls, `content` is null. Thinking uses the field of most servers. */
function toMessage({ text, refusal, thinking, toolCalls }: Choice) {
  const isSilent = refusal !== undefined || (toolCalls.length > 0 && text === "");
  return {
    role: "assistant",
    content: isSilent ? null : text,
    refusal: refusal ?? null,
    ...(thinking.trim() !== "" && { reasoning_content: thinking }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toToolCall) }),
  };
}

function toToolCall({ id, name, arguments: json }: ToolCall) {
  return { id, type: "function", function: { name, arguments: json } };
}

/** Fields of Reprise's replies that OpenAI's do not have. */
function toExtension(reply: ChatReply, ignored: readonly string[]) {
  const { promptTokens, completionTokens, totalTokens } = reply.saved;
  return {
    cache: toCacheBody(reply.cache),
    cost: toCostBody(reply.cost),
    saved: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: totalTokens,
    },
    citations: reply.citations.map(toCitationBody),
    degraded: [...reply.degraded],
    ...(ignored.length > 0 && { ignored_fields: ignored }),
  };
}

function toCompletionUsage({ usage }: ChatReply) {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedPromptTokens },
  };
}

/** Creates the chunks of a streamed completion. */
export function createChunks(
  options: CompletionExtras & { id: string; model: string; includeUsage: boolean },
) {
  const base = {
    id: completionId(options.id),
    object: "chat.completion.chunk",
    created: options.created,
    model: options.model,
  };
  const usage = options.includeUsage ? { usage: null } : {};
  const begun = new Set([0]);
  const chunk = (
    index = 0,
    delta: object,
    finishReason: string | null = null,
    logprobs: TokenLogprobs | null = null,
  ) => ({
    ...base,
    choices: [
      { index, delta: withRole(begun, index, delta), logprobs, finish_reason: finishReason },
    ],
    ...usage,
  });
  /** The extension is on the usage chunk if requested, else on the last chunk. */
  function last(reply: ChatReply): object[] {
    const ends = choicesOf(reply).map(({ finishReason }, index) =>
      chunk(index, {}, FINISH_REASONS[finishReason]),
    );
    const extension = { x_reprise: toExtension(reply, options.ignored) };
    if (options.includeUsage) {
      return [...ends, { ...base, choices: [], usage: toCompletionUsage(reply), ...extension }];
    }
    return ends.map((end, index) => (index === ends.length - 1 ? { ...end, ...extension } : end));
  }
  return {
    first: () => chunk(0, { role: "assistant", content: "" }),
    /** The chunks of an event. Empty if this format does not have it. */
    of(event: Exclude<ChatEvent, { type: "answer-error" }>): object[] {
      switch (event.type) {
        case "answer-delta":
          return [chunk(event.choice, toTextDelta(event))];
        case "reasoning-delta":
          return [chunk(event.choice, { reasoning_content: event.text })];
        case "tool-call-delta":
          return [chunk(event.choice, { tool_calls: [toToolCallDelta(event)] })];
        case "logprobs-delta":
          return [chunk(event.choice, {}, null, event.logprobs)];
        case "answer-end":
          return last(event.reply);
        case "answer-start":
        case "answer-reset":
        case "citations":
          return [];
      }
    },
  };
}

function toTextDelta({ text, isRefusal }: { text: string; isRefusal?: boolean | undefined }) {
  return isRefusal === true ? { refusal: text } : { content: text };
}

/** The first chunk of each choice contains the role. */
function withRole(begun: Set<number>, index: number, delta: object): object {
  if (begun.has(index)) return delta;
  begun.add(index);
  return { role: "assistant", ...delta };
}

/** The first piece of a call contains its id and name. */
function toToolCallDelta({ index, id, name, arguments: json }: ToolCallDelta) {
  const isFirst = id !== undefined;
  return {
    index,
    ...(isFirst && { id, type: "function" }),
    function: { ...(isFirst && { name }), arguments: json },
  };
}
