import type { Conversation } from "../api/types.ts";
import { createTurn, WAITING, type Answer, type Turn } from "./turn.ts";

type Message = Conversation["transcript"][number];

/** A transcript as turns: each question with the answer that came after it. */
export function pastTurns(transcript: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const [place, message] of transcript.entries()) {
    if (message.role !== "user") continue;
    const next = transcript[place + 1];
    const answer = next?.role === "assistant" ? pastAnswer(next) : unanswered();
    turns.push(createTurn(message.content, answer));
  }
  return turns;
}

function pastAnswer(message: Message): Answer {
  const { id, content, created_at: createdAt, cache, model = "", citations = [] } = message;
  return {
    ...WAITING,
    phase: "ended",
    text: content,
    messageId: id,
    citations,
    past: {
      status: cache?.status ?? "unknown",
      tier: cache?.tier ?? null,
      finishReason: message.finish_reason ?? "unknown",
      model,
      createdAt,
    },
  };
}

function unanswered(): Answer {
  return { ...WAITING, phase: "failed", problem: "This question was never answered." };
}
