import type { NanoUsd } from "../usage/types.ts";
import { renderMaterial } from "./ask-judge.ts";
import { callJudge, type JudgeCallParts } from "./call-judge.ts";

/** Longer questions are not judged, because every token is paid for. In UTF-16 units. */
const MAX_QUESTION = 2_000;
/** Longer answers are not judged either. Judging a part would miss differences in the rest. */
const MAX_ANSWER = 8_000;

/** A question with the cached answer and the one the model gave for comparison. */
export interface AnswerPair {
  /** Id of the shadow run. */
  readonly id: string;
  readonly tenant: string;
  readonly question: string;
  readonly served: string;
  readonly generated: string;
  readonly signal: AbortSignal;
}

/** A judge's verdict on two answers. */
export interface JudgedAnswers {
  /** Undefined if the reply was neither yes nor no. */
  readonly same: boolean | undefined;
  /** The judging model. */
  readonly author: string;
  readonly costNanoUsd: NanoUsd;
}

/**
 * Decides whether two answers to a question say the same; undefined without a verdict. Never
 * rejects.
 */
export type JudgeAnswers = (pair: AnswerPair) => Promise<JudgedAnswers | undefined>;

/**
 * Creates a judge of answers. Each call is a ledger row `shadow-judged` without conversation and
 * user, like the shadow run itself. Failures and unclear replies are reported to `onFailure`.
 */
export function createJudgeAnswers(parts: JudgeCallParts): JudgeAnswers {
  return async ({ id, tenant, question, served, generated, signal }) => {
    if (question.length > MAX_QUESTION) return undefined;
    if (served.length > MAX_ANSWER || generated.length > MAX_ANSWER) return undefined;
    const text = renderMaterial({
      Question: question,
      "First answer": served,
      "Second answer": generated,
    });
    const nobody = { conversationId: null, userId: null };
    const row = { id: `${id}-judged`, tenant, ...nobody, status: "shadow-judged" };
    try {
      const paid = await callJudge({ text, row, signal }, parts);
      if (paid === undefined) return undefined;
      const { isSame: same, accounted } = paid;
      if (same === undefined)
        parts.onFailure("judge", new Error("the judge replied neither SAME nor DIFFERENT"));
      return { same, author: parts.model, costNanoUsd: accounted.cost.totalNanoUsd };
    } catch (error) {
      if (!signal.aborted) parts.onFailure("judge", error);
      return undefined;
    }
  };
}
