import type { AnswerStore } from "../cache/types.ts";
import { RepriseError } from "../errors.ts";
import type { LabelByFeedback } from "../tuning/label-lookups.ts";
import { decideAccess, toOwnership } from "../identity/decide-access.ts";
import type { Feedback, FeedbackStore, RatedAnswer, ServedAnswer, ServedAnswers } from "./types.ts";

/** The effect of feedback. */
export interface FeedbackEffect {
  /** True if the cache entry is quarantined now. */
  readonly isQuarantined: boolean;
}

/** Records a reader's rating of an answer. */
export type GiveFeedback = (feedback: Feedback) => Promise<FeedbackEffect>;

/** Dependencies of feedback. */
export interface FeedbackDependencies {
  readonly served: ServedAnswers;
  readonly answers: Pick<AnswerStore, "setQuarantined" | "find">;
  readonly feedback: FeedbackStore;
  readonly labelLookup: LabelByFeedback;
}

/**
 * Stores a rating. `down` quarantines the cache entry, unless it has been replaced, and labels the
 * lookup that served it as a wrong hit. `up` does not lift a quarantine: that is a decision of the
 * answer's editors.
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
      const message = `There is no answer ${messageId}. Feedback is accepted for 24 hours after an answer.`;
      throw new RepriseError("not_found", message);
    }
    await store.put({ ...feedback, ...ratedAnswer(answer) });
    // `up` does not show that the two questions are the same; it only withdraws an earlier `down`.
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

function ratedAnswer({ conversationId, question, entry }: ServedAnswer): RatedAnswer {
  return { conversationId, question, entryId: entry?.id ?? null };
}
