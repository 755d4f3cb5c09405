import type { FinishReason } from "../../chat/finish-reason.ts";
import type { ChatReply, ErrorReport, NumberedEvent } from "../../chat/types.ts";
import type { ResponseEvent } from "../schemas/response-event-schemas.ts";
import type { ResponseBody } from "../schemas/response-schemas.ts";
import { toCacheBody, toCitationBody, toCostBody, toSavedBody } from "./reply-format.ts";
import type { UnnumberedEvent } from "./response-items.ts";
import { createResponseOutput, type ResponseOutput } from "./response-output.ts";

type Event = NumberedEvent["event"];

/** A response id is the message id with OpenAI's prefix. */
export const responseIdOf = (messageId: string) => messageId.replace(/^msg_/, "resp_");
export const messageIdOf = (responseId: string) => responseId.replace(/^resp_/, "msg_");

/** Builds a response from an answer's events, and the stream's events. */
export interface ResponseBuilder {
  /** The response so far. */
  readonly response: ResponseBody;
  /** Events before the answer. */
  open(): ResponseEvent[];
  take(event: Event): ResponseEvent[];
}

/**
 * @param frame the response before the first event
 * @param now seconds since the epoch
 */
export function createResponseBuilder(frame: ResponseBody, now: () => number): ResponseBuilder {
  const output = createResponseOutput(frame.id.replace(/^resp_/, ""));
  let response = frame;
  let sequence = 0;

  const number = (events: readonly UnnumberedEvent[]): ResponseEvent[] =>
    events.map((event) => ({ ...event, sequence_number: sequence++ }));

  function end(reply: ChatReply): UnnumberedEvent[] {
    const state = endOf(reply);
    const closing = output.close(state.status);
    response = {
      ...response,
      ...state,
      completed_at: state.status === "completed" ? now() : null,
      model: reply.usage.model,
      output: [...output.items],
      usage: toResponseUsage(reply),
      x_reprise: toExtension(reply),
    };
    const { status } = state;
    return [...closing, { type: `response.${status}`, response }];
  }

  function fail(error: ErrorReport): UnnumberedEvent[] {
    const closing = output.close("incomplete");
    const failure = { status: "failed" as const, error: toResponseError(error) };
    response = { ...response, ...failure, output: [...output.items] };
    return [...closing, { type: "response.failed", response }];
  }

  function toEvents(event: Event): UnnumberedEvent[] {
    if (event.type === "answer-end") return end(event.reply);
    return event.type === "answer-error" ? fail(event.error) : toItemEvents(event, output);
  }

  return {
    get response() {
      return response;
    },
    open: () =>
      number([
        { type: "response.created", response },
        { type: "response.in_progress", response },
      ]),
    take: (event) => number(toEvents(event)),
  };
}

/** Stream events of an event, except the last one. */
function toItemEvents(
  event: Exclude<Event, { type: "answer-end" | "answer-error" }>,
  output: ResponseOutput,
): UnnumberedEvent[] {
  switch (event.type) {
    case "answer-start":
    case "logprobs-delta":
      return [];
    case "answer-delta":
      return output.add(event.isRefusal === true ? "refusal" : "text", event.text);
    case "reasoning-delta":
      return output.add("reasoning", event.text);
    case "tool-call-delta":
      return output.call(event);
    case "answer-reset":
      return output.reset();
    case "citations":
      return output.cite(event.citations);
  }
}

const INCOMPLETE = {
  stop: undefined,
  tool_calls: undefined,
  unknown: undefined,
  length: "max_output_tokens",
  content_filter: "content_filter",
  stopped: "stopped",
} as const satisfies Record<FinishReason, string | undefined>;

/** A refusal counts as a completed answer. */
function endOf({ finishReason, refusal }: ChatReply) {
  const reason = INCOMPLETE[finishReason];
  if (reason === undefined || (reason === "content_filter" && refusal !== undefined)) {
    return { status: "completed" as const, incomplete_details: null };
  }
  return { status: "incomplete" as const, incomplete_details: { reason } };
}

/** OpenAI defines two codes for errors in a stream. */
function toResponseError({ status, message }: ErrorReport) {
  return { code: status === 429 ? "rate_limit_exceeded" : "server_error", message };
}

function toResponseUsage({ usage }: ChatReply): NonNullable<ResponseBody["usage"]> {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: { cached_tokens: usage.cachedPromptTokens },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: usage.totalTokens,
  };
}

function toExtension(reply: ChatReply): NonNullable<ResponseBody["x_reprise"]> {
  return {
    cache: toCacheBody(reply.cache),
    cost: toCostBody(reply.cost),
    saved: toSavedBody(reply.saved),
    citations: reply.citations.map(toCitationBody),
    degraded: [...reply.degraded],
  };
}
