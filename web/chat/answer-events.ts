import type { CacheOutcome, ChatReply, Citation, ErrorReply } from "../api/types.ts";

/** What comes of an answer, by stream or socket. */
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

/** An event with its number, after which a cut answer is taken up. */
export interface NumberedAnswerEvent {
  readonly seq: number;
  readonly event: AnswerEvent;
}

/** Also told of: the connection was lost while the answer came, and is back. */
export type FollowedEvent =
  | AnswerEvent
  | { readonly type: "connection-lost" }
  | { readonly type: "connection-back" };

/** Whether nothing comes after an event. */
export function isLast({ type }: AnswerEvent): boolean {
  return type === "answer-end" || type === "answer-error";
}

/** An event as the server wrote it. @throws SyntaxError */
export function readEvent(json: string): AnswerEvent {
  return JSON.parse(json);
}
