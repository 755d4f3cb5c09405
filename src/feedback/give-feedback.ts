import type { AnswerStore } from "../cache/types.ts";
import { RepriseError } from "../errors.ts";
import type { Feedback, FeedbackStore, ServedAnswers } from "./types.ts";

/** What became of it. */
export interface FeedbackEffect {
  /** True when the stored answer is in quarantine now. */
  readonly isQuarantined: boolean;
}

/** Takes what a reader thought of an answer. */
export type GiveFeedback = (feedback: Feedback) => Promise<FeedbackEffect>;

/** What it leans on. */
export interface FeedbackDependencies {
  readonly served: ServedAnswers;
  readonly answers: Pick<AnswerStore, "setQuarantined">;
  readonly feedback: FeedbackStore;
}

/**
 * Keeps the word of a reader; down puts the stored answer in quarantine, unless another has replaced it
 * since. Up takes nothing out of quarantine: that is for those who look after the answers.
 */
export function createGiveFeedback({
  served,
  answers,
  feedback: store,
}: FeedbackDependencies): GiveFeedback {
  return async (feedback) => {
    const { tenant, messageId, rating } = feedback;
    const answer = await served.find({ tenant, messageId });
    if (answer === undefined) {
      const message = `There is no answer ${messageId}; its 24 hours may have passed.`;
      throw new RepriseError("not_found", message);
    }
    await store.put(feedback);
    if (rating === "up" || answer.entry === null) return { isQuarantined: false };
    const isQuarantined = await answers.setQuarantined({ ...answer.entry, isQuarantined: true });
    return { isQuarantined };
  };
}
