import type { AnswerStore } from "../cache/types.ts";
import { RepriseError } from "../errors.ts";
import { decideAccess, toOwnership } from "../identity/decide-access.ts";
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
  readonly answers: Pick<AnswerStore, "setQuarantined" | "find">;
  readonly feedback: FeedbackStore;
  /** Labels the lookup behind the message, where it is in the log; null takes the label back. */
  readonly labelLookup: (word: {
    tenant: string;
    messageId: string;
    same: false | null;
    createdAt: number;
  }) => Promise<void>;
}

/**
 * Keeps the word of a reader; down puts the stored answer in quarantine, unless another has replaced it
 * since, and labels the lookup that served it again. Up takes nothing out of quarantine: that is for those who look after the answers.
 */
export function createGiveFeedback({
  served,
  answers,
  feedback: store,
  labelLookup,
}: FeedbackDependencies): GiveFeedback {
  return async ({ caller, ...feedback }) => {
    const { tenant, messageId, rating } = feedback;
    const answer = await served.find({ tenant, messageId });
    if (answer === undefined || !decideAccess(toOwnership(answer.owner), caller).allowed) {
      const message = `There is no answer ${messageId}; its 24 hours may have passed.`;
      throw new RepriseError("not_found", message);
    }
    await store.put(feedback);
    // Praise says little of whether the questions are the same; it only takes the blame back.
    const same = rating === "down" ? false : null;
    if (answer.isHit) await labelLookup({ ...feedback, same });
    const { entry } = answer;
    if (entry === null) return { isQuarantined: false };
    if (rating === "down") {
      return { isQuarantined: await answers.setQuarantined({ ...entry, isQuarantined: true }) };
    }
    const now = await answers.find({ tenant, id: entry.id });
    const isIt = now?.scope === entry.scope && now.createdAt === entry.createdAt;
    return { isQuarantined: isIt && now.isQuarantined };
  };
}
