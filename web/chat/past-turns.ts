import type { Conversation, ConversationUsage } from "../api/types.ts";
import { figuresOfPast } from "./answer-figures.ts";
import { createTurn, WAITING, type Answer, type Turn } from "./turn.ts";

type Message = Conversation["transcript"][number];

/** A transcript as turns: each question with its answer and figures. */
export function pastTurns(
  transcript: readonly Message[],
  counted: ConversationUsage["answers"],
): Turn[] {
  const turns: Turn[] = [];
  const countedById = new Map(counted.map((answer) => [answer.id, answer]));
  for (const [place, message] of transcript.entries()) {
    if (message.role !== "user") continue;
    const next = transcript[place + 1];
    const answer = next?.role === "assistant" ? pastAnswer(next, countedById) : unanswered();
    turns.push(createTurn(message.content, answer));
  }
  return turns;
}

type Counted = ConversationUsage["answers"][number];

function pastAnswer(message: Message, countedById: ReadonlyMap<string, Counted>): Answer {
  const counted = countedById.get(message.id);
  const { id, content, created_at: createdAt, cache, model = "", citations = [] } = message;
  return {
    ...WAITING,
    phase: "ended",
    text: content,
    messageId: id,
    citations,
    rating: message.rating,
    figures: counted && figuresOfPast(counted),
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
  return { ...WAITING, phase: "failed", problem: "This question has no answer." };
}
