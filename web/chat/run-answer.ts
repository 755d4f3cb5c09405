import { request } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { ChatReply } from "../api/types.ts";
import type { FollowedEvent } from "./answer-events.ts";
import { figuresOfReply } from "./answer-figures.ts";
import { WAITING, type Turn } from "./turn.ts";

export interface RunOptions {
  readonly turn: Turn;
  /** Events of the answer, until the signal aborts. */
  readonly events: (signal: AbortSignal) => AsyncIterable<FollowedEvent>;
  readonly onStart: (messageId: string, conversationId: string | null) => void;
  readonly onEnd: (reply: ChatReply) => void;
  /** Called when stopping failed and the answer continues. */
  readonly onStopFailed: () => void;
}

export interface Run {
  /** Resolves when the answer has ended or failed, or after `leave`. */
  readonly done: Promise<void>;
  /** Returns false if it is already being stopped. Before the message has an id, the stop is deferred. */
  readonly stop: () => boolean;
  /** Ignores further events; the reader has left the conversation. */
  readonly leave: () => void;
}

/** Runs one answer and shows it in its turn. */
export function runAnswer(options: RunOptions): Run {
  const { turn, events } = options;
  const controller = new AbortController();
  let id: string | undefined;
  let isStopping = false;

  async function sendStop(messageId: string) {
    try {
      await stopMessage(messageId);
    } catch {
      isStopping = false;
      if (!controller.signal.aborted) options.onStopFailed();
    }
  }

  async function follow() {
    const show = createShow(options);
    turn.answer.value = WAITING;
    try {
      for await (const event of events(controller.signal)) {
        if (controller.signal.aborted) return;
        if (event.type === "answer-start") {
          id = event.id;
          if (isStopping) void sendStop(id);
        }
        if (event.type !== "reasoning-delta") show(event);
      }
    } catch (thrown) {
      if (!controller.signal.aborted) fail(turn, toServerError(thrown).message);
    }
  }

  return {
    done: follow(),
    stop() {
      if (isStopping) return false;
      isStopping = true;
      if (id !== undefined) void sendStop(id);
      return true;
    },
    leave() {
      if (id !== undefined) stopMessage(id).catch(() => undefined);
      controller.abort();
    },
  };
}

/** Applies events to the turn; text is rendered at most once per frame. */
function createShow({ turn, onStart, onEnd }: RunOptions) {
  const { answer } = turn;
  let text = "";
  let frame = 0;
  const drawText = () => {
    frame = 0;
    answer.value = { ...answer.value, phase: "coming", text };
  };
  return function show(event: ShownEvent): void {
    if (isWord(event)) {
      text = event.type === "answer-reset" ? "" : text + event.text;
      frame ||= requestAnimationFrame(drawText);
      return;
    }
    cancelAnimationFrame(frame);
    frame = 0;
    const before = { ...answer.value, text };
    switch (event.type) {
      case "answer-start":
        answer.value = { ...before, phase: "coming", messageId: event.id, cache: event.cache };
        onStart(event.id, event.conversation_id);
        break;
      case "citations":
        answer.value = { ...before, citations: event.citations };
        break;
      case "connection-lost":
        answer.value = { ...before, phase: "lost" };
        break;
      case "connection-back":
        answer.value = { ...before, phase: "coming" };
        break;
      case "answer-end":
        answer.value = toEndedAnswer(event);
        onEnd(event);
        break;
      case "answer-error":
        answer.value = before;
        fail(turn, event.error.message);
    }
  };
}

/** The model's thinking is not shown. */
type ShownEvent = Exclude<FollowedEvent, { type: "reasoning-delta" }>;
type WordEvent = Extract<FollowedEvent, { type: "answer-delta" | "answer-reset" }>;

function isWord(event: ShownEvent): event is WordEvent {
  return event.type === "answer-delta" || event.type === "answer-reset";
}

function toEndedAnswer(reply: ChatReply) {
  const { id: messageId, answer: text, citations, cache } = reply;
  const figures = figuresOfReply(reply);
  const ended = { phase: "ended", messageId, text, citations, cache, reply, figures } as const;
  return { ...WAITING, ...ended };
}

function fail({ answer }: Turn, problem: string): void {
  answer.value = { ...answer.value, phase: "failed", problem };
}

/** Stops an answer in progress and keeps the partial output. */
async function stopMessage(id: string): Promise<void> {
  await request(`/v1/messages/${encodeURIComponent(id)}/stop`, { method: "POST" });
}
