import type { LookupStore } from "./lookup-types.ts";

/** Labels the logged lookup of a rated message, if there is one; null removes the label. */
export type LabelByFeedback = (word: {
  tenant: string;
  messageId: string;
  same: false | null;
  createdAt: number;
}) => Promise<void>;

/** Labels lookups by readers' feedback. */
export function createLabelByFeedback(
  lookups: Pick<LookupStore, "label" | "unlabel">,
  settleLookups: () => Promise<void>,
): LabelByFeedback {
  return async ({ tenant, messageId: id, same, createdAt }) => {
    const source = "feedback";
    if (same === null) {
      await lookups.unlabel({ tenant, id, source });
      return;
    }
    await settleLookups();
    // The comment is not copied: it may contain anything.
    const word = { source, same, author: "reader", note: null, createdAt } as const;
    await lookups.label({ tenant, id }, word);
  };
}

/** A judge's verdict on a question and a cache entry. */
export interface JudgedLookup {
  readonly tenant: string;
  /** Id of the lookup, which is the id of the message. */
  readonly id: string;
  /** The judged cache entry. */
  readonly entryId: string;
  readonly same: boolean;
  /** The judging model. */
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * Labels the lookup with the judge's verdict, if it is logged and its nearest entry is the judged
 * one.
 *
 * @param settleLookups resolves when earlier lookups are written to the log
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
