import type { FinishReason } from "../../chat/finish-reason.ts";
import type { ChatReply, NumberedEvent } from "../../chat/types.ts";
import type { Citation } from "../../knowledge/types.ts";
import type { UiMessageChunk, UiMessageMetadata } from "../schemas/ui-chat-schemas.ts";
import {
  toCacheBody,
  toCitationBody,
  toCostBody,
  toSavedBody,
  toUsageBody,
} from "./reply-format.ts";

type Event = NumberedEvent["event"];
type EventOf<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** `stopped` is missing: it becomes an abort part, without a finish part. */
const FINISH_REASONS = {
  stop: "stop",
  length: "length",
  content_filter: "content-filter",
  tool_calls: "other",
  unknown: "other",
} as const satisfies Record<Exclude<FinishReason, "stopped">, string>;

/**
 * Converts an answer's events to parts of the AI SDK's UI message stream. The parts depend on the events only,
 * so a client that reconnects gets the same bytes.
 */
export function createUiMessageParts(): (event: Event) => readonly UiMessageChunk[] {
  const blocks = createBlocks();

  return function toParts(event) {
    switch (event.type) {
      case "answer-start":
        return [toStart(event), { type: "start-step" }];
      case "answer-delta":
        return blocks.add("text", event.text);
      case "reasoning-delta":
        return blocks.add("reasoning", event.text);
      case "answer-reset":
        return blocks.reset();
      // Chat requests have no tools and no log probabilities.
      case "tool-call-delta":
      case "logprobs-delta":
        return [];
      case "citations":
        return [...blocks.close(), ...event.citations.map(toSource)];
      case "answer-end":
        return [...blocks.close(), ...toEnd(event.reply)];
      case "answer-error":
        return [...blocks.close(), { type: "error", errorText: event.error.message }];
    }
  };
}

/** Text and thinking are separate blocks; at most one is open. */
function createBlocks() {
  let open: { kind: "text" | "reasoning"; id: string } | undefined;
  let count = 0;
  let thought = "";
  let text = "";

  function close(): UiMessageChunk[] {
    if (open === undefined) return [];
    const { kind, id } = open;
    open = undefined;
    return [{ type: `${kind}-end`, id }];
  }

  function add(kind: "text" | "reasoning", delta: string): UiMessageChunk[] {
    if (kind === "text") text += delta;
    else thought += delta;
    if (open?.kind === kind) return [{ type: `${kind}-delta`, id: open.id, delta }];
    const closed = close();
    count += 1;
    open = { kind, id: `${kind}-${count}` };
    const { id } = open;
    return [...closed, { type: `${kind}-start`, id }, { type: `${kind}-delta`, id, delta }];
  }

  return {
    add,
    close,
    /** Restarts the step, with all text so far as thinking. */
    reset(): UiMessageChunk[] {
      const closed = close();
      const all = thought + text;
      thought = "";
      text = "";
      const again = all === "" ? [] : [...add("reasoning", all), ...close()];
      return [...closed, { type: "reset-step" }, ...again];
    },
  };
}

function toStart({ id, conversationId, cache }: EventOf<"answer-start">): UiMessageChunk {
  const messageMetadata = { conversation_id: conversationId, cache: toCacheBody(cache) };
  return { type: "start", messageId: id, messageMetadata };
}

function toSource(citation: Citation, index: number): UiMessageChunk {
  return {
    type: "source-document",
    sourceId: `${citation.documentId}#${citation.number ?? index + 1}`,
    mediaType: "text/plain",
    title: citation.title,
    providerMetadata: { reprise: toCitationBody(citation) },
  };
}

function toEnd(reply: ChatReply): UiMessageChunk[] {
  const metadata: UiMessageChunk = { type: "message-metadata", messageMetadata: toMetadata(reply) };
  if (reply.finishReason === "stopped") {
    return [metadata, { type: "abort", reason: "The answer was stopped." }];
  }
  const finishReason = FINISH_REASONS[reply.finishReason];
  return [metadata, { type: "finish-step" }, { type: "finish", finishReason }];
}

function toMetadata(reply: ChatReply): UiMessageMetadata {
  return {
    conversation_id: reply.conversationId,
    cache: toCacheBody(reply.cache),
    cost: toCostBody(reply.cost),
    saved: toSavedBody(reply.saved),
    usage: toUsageBody(reply.usage),
    degraded: [...reply.degraded],
    ...(reply.refusal !== undefined && { refused: true as const }),
  };
}
