import type { CacheOutcome, ChatReply, Citation, ErrorReply } from "../api/types.ts";

/** Events of an answer, over a stream or a socket. */
export type AnswerEvent =
  | {
      readonly type: "answer-start";
      readonly id: string;
      readonly conversation_id: string | null;
      readonly cache: CacheOutcome;
    }
  | { readonly type: "answer-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "answer-reset" }
  | { readonly type: "citations"; readonly citations: readonly Citation[] }
  | ({ readonly type: "answer-end" } & ChatReply)
  | ({ readonly type: "answer-error" } & ErrorReply);

/** An event with its number, for resuming after a disconnect. */
export interface NumberedAnswerEvent {
  readonly seq: number;
  readonly event: AnswerEvent;
}

/** Adds events for a lost and a restored connection. */
export type FollowedEvent =
  | AnswerEvent
  | { readonly type: "connection-lost" }
  | { readonly type: "connection-back" };

/** Whether an event is the last one. */
export function isLast({ type }: AnswerEvent): boolean {
  return type === "answer-end" || type === "answer-error";
}

/** Parses an event of the server. @throws SyntaxError */
export function readEvent(json: string): AnswerEvent {
  return JSON.parse(json);
}
