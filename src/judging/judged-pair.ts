import { answerId } from "../cache/scope.ts";
import type { AnswerEntry } from "../cache/types.ts";
import { renderMaterial } from "./ask-judge.ts";
import type { JudgeCall } from "./call-judge.ts";
import type { Asked } from "../answer/asking.ts";

/** Longer questions are not judged, because every token is paid for. In UTF-16 units. */
const MAX_QUESTION = 2_000;

/** The fields of a question needed to judge it and book the cost. */
export type JudgedQuestion = Pick<Asked, "id" | "request" | "scope" | "question">;

/** A question and a similar cached one. */
export interface JudgedPair {
  readonly asked: JudgedQuestion;
  readonly entry: AnswerEntry;
  /** The entry id that an answer to the question would have. */
  readonly questionId: string;
  /** Identifies the pair; equal for the same question and the same version of the entry. */
  readonly name: string;
}

/** Undefined without an entry, or if a question is too long. */
export function toJudgedPair(
  asked: JudgedQuestion,
  entry: AnswerEntry | undefined,
): JudgedPair | undefined {
  const { scope, question } = asked;
  if (entry === undefined) return undefined;
  if (question.length > MAX_QUESTION || entry.question.length > MAX_QUESTION) return undefined;
  const questionId = answerId(scope, question);
  // Includes the creation time, so that a replaced answer is judged again.
  const name = [scope, entry.id, entry.createdAt, questionId].join(" ");
  return { asked, entry, questionId, name };
}

/**
 * The judge call of a pair. Its ledger row belongs to the request's conversation and user, but does
 * not count as a request.
 */
export function toJudgeCall({ asked, entry }: JudgedPair, signal: AbortSignal): JudgeCall {
  const { tenant, conversationId, userId = null } = asked.request;
  const questions = { stored: entry.question, asked: asked.question };
  const text = renderMaterial({
    "First question": questions.stored,
    "Second question": questions.asked,
  });
  const row = { id: `${asked.id}-judged`, tenant, conversationId, userId, status: "judged" };
  return { text, questions, row, signal };
}
