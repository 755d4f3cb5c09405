import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry } from "../cache/types.ts";
import { renderMaterial } from "./ask-judge.ts";
import type { JudgeCall } from "./call-judge.ts";
import type { Asked } from "../answer/asking.ts";

/** Longer questions are not judged, in UTF-16 units: each is paid for. */
const MAX_QUESTION = 2_000;

/** What of a question is judged and accounted. */
export type JudgedQuestion = Pick<Asked, "id" | "request" | "scope" | "question">;

/** A question and the stored one that it came near. */
export interface JudgedPair {
  readonly asked: JudgedQuestion;
  readonly entry: AnswerEntry;
  /** The id that an answer to the question has. */
  readonly questionId: string;
  /** Equal for the same question near the same stored answer. */
  readonly name: string;
}

/** Undefined where there is nothing to judge, or a question is too long for it. */
export function toJudgedPair(
  asked: JudgedQuestion,
  entry: AnswerEntry | undefined,
): JudgedPair | undefined {
  const { scope, question } = asked;
  if (entry === undefined) return undefined;
  if (question.length > MAX_QUESTION || entry.question.length > MAX_QUESTION) return undefined;
  const questionId = answerId(scope, question);
  // A new answer to the stored question is judged anew.
  const name = [scope, entry.id, entry.createdAt, questionId].join(" ");
  return { asked, entry, questionId, name };
}

/** The call for it: its row in the ledger is of the request's conversation and user, and no request itself. */
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
