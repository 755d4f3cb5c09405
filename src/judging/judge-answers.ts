import type { NanoUsd } from "../usage/types.ts";
import { renderMaterial } from "./ask-judge.ts";
import { callJudge, type JudgeCallParts } from "./call-judge.ts";

/** Longer questions are not judged, in UTF-16 units: each is paid for. */
const MAX_QUESTION = 2_000;
/** Nor are longer answers. A part would not do: what differs may stand in the rest. */
const MAX_ANSWER = 8_000;

/** A question with the answer that was served and the one that was made afterwards. */
export interface AnswerPair {
  /** The shadow run's. */
  readonly id: string;
  readonly tenant: string;
  readonly question: string;
  readonly served: string;
  readonly anew: string;
  readonly signal: AbortSignal;
}

/** A judge's word on two answers. */
export interface JudgedAnswers {
  /** Undefined: what it said is neither. */
  readonly same: boolean | undefined;
  /** The model that judged. */
  readonly author: string;
  readonly costNanoUsd: NanoUsd;
}

/** Says whether two answers to one question say the same; undefined where nobody said. Never rejects. */
export type JudgeAnswers = (pair: AnswerPair) => Promise<JudgedAnswers | undefined>;

/**
 * A judge of answers. What a call costs is a row of its own in the ledger, `shadow-judged`, of no
 * conversation and no user, as the answer's own is. Failures and unclear words are told.
 */
export function createJudgeAnswers(parts: JudgeCallParts): JudgeAnswers {
  return async ({ id, tenant, question, served, anew, signal }) => {
    if (question.length > MAX_QUESTION) return undefined;
    if (served.length > MAX_ANSWER || anew.length > MAX_ANSWER) return undefined;
    const text = renderMaterial({
      Question: question,
      "First answer": served,
      "Second answer": anew,
    });
    const nobody = { conversationId: null, userId: null };
    const row = { id: `${id}-judged`, tenant, ...nobody, status: "shadow-judged" };
    try {
      const paid = await callJudge({ text, row, signal }, parts);
      if (paid === undefined) return undefined;
      const { isSame: same, accounted } = paid;
      if (same === undefined) parts.onFailure("judge", new Error("neither SAME nor DIFFERENT"));
      return { same, author: parts.model, costNanoUsd: accounted.cost.totalNanoUsd };
    } catch (error) {
      if (!signal.aborted) parts.onFailure("judge", error);
      return undefined;
    }
  };
}
