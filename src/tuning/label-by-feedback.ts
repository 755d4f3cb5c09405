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
