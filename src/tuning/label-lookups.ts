import type { FeedbackDependencies } from "../feedback/give-feedback.ts";
import type { LookupStore } from "./lookup-types.ts";

/** Readers as a source of labels. */
export function createLabelByFeedback(
  lookups: Pick<LookupStore, "label" | "unlabel">,
  settleLookups: () => Promise<void>,
): FeedbackDependencies["labelLookup"] {
  return async ({ tenant, messageId: id, same, createdAt }) => {
    const source = "feedback";
    if (same === null) {
      await lookups.unlabel({ tenant, id, source });
      return;
    }
    await settleLookups();
    // The comment stays with the feedback: people write into it whatever they like.
    const word = { source, same, author: "reader", note: null, createdAt } as const;
    await lookups.label({ tenant, id }, word);
  };
}

/** A judge's word on a question and a stored answer. */
export interface JudgedLookup {
  readonly tenant: string;
  /** The lookup's, which is that of the message. */
  readonly id: string;
  /** The stored answer that was judged. */
  readonly entryId: string;
  readonly same: boolean;
  /** The model that judged. */
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * Labels the lookup with the judge's word, where it is in the log and its nearest entry is the judged one.
 *
 * @param settleLookups resolves when what was noted before is in the log
 */
export async function labelJudged(
  { tenant, id, entryId, ...word }: JudgedLookup,
  { lookups, settleLookups }: { lookups: LookupStore; settleLookups: () => Promise<void> },
): Promise<void> {
  await settleLookups();
  const lookup = await lookups.find({ tenant, id });
  if (lookup?.nearest?.entryId !== entryId) return;
  await lookups.label({ tenant, id }, { source: "judge", note: null, ...word });
}
