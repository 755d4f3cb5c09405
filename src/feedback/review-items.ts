import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { LabelledLookup, LookupStore } from "../tuning/lookup-types.ts";
import type { Rating, Resolution, StoredFeedback } from "./types.ts";

/**
 * Why an answer is in the queue, in the order of the queue.
 *
 * - `reported`: a reader rated it as bad
 * - `noted`: a reader rated it as good, with a comment
 * - `unsure`: a cached answer was served near the threshold
 * - `expiring`: an answer that a person wrote, imported or pinned is in the last tenth of its lifetime, at most
 *   14 days before it expires
 * - `stale`: a cached answer was not served because its documents have changed
 */
export const REVIEW_REASONS = ["reported", "noted", "unsure", "expiring", "stale"] as const;

export type ReviewReason = (typeof REVIEW_REASONS)[number];

/** An answer for review. */
export interface ReviewItem {
  /** Id of the message; for `expiring` of the cache entry. */
  readonly id: string;
  readonly reason: ReviewReason;
  readonly state: "open" | "done";
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly conversationId: string | null;
  /** Null if it is not stored. */
  readonly question: string | null;
  /** The text that the reader got, else the cached one; null if neither is stored. */
  readonly answer: string | null;
  readonly rating: Rating | null;
  readonly comment: string | null;
  /** The comparison that served it; null if nothing was compared. */
  readonly match: {
    readonly question: string | null;
    readonly similarity: number;
    readonly threshold: number;
  } | null;
  /** The cached answer now; undefined if it is gone. */
  readonly entry: AnswerEntry | undefined;
  readonly resolution: Resolution | null;
}

/** Dependencies of items. */
export interface ItemParts {
  readonly lookups: Pick<LookupStore, "find">;
  readonly entries: Pick<AnswerStore, "find">;
}

const NOTHING_SAID = { rating: null, comment: null, match: null, resolution: null } as const;

/** Feedback with the cached answer now. */
export async function feedbackItem(row: StoredFeedback, parts: ItemParts): Promise<ReviewItem> {
  const { tenant, messageId: id, rating, comment, createdAt, conversationId, question } = row;
  const [lookup, entry] = await Promise.all([
    parts.lookups.find({ tenant, id }),
    findEntry(tenant, row.entryId, parts),
  ]);
  return {
    id,
    reason: rating === "down" ? "reported" : "noted",
    state: row.resolution === null ? "open" : "done",
    createdAt,
    conversationId,
    question,
    answer: row.answer ?? entry?.answer ?? null,
    rating,
    comment,
    match: matchOf(lookup),
    entry,
    resolution: row.resolution,
  };
}

/** A logged lookup with the cached answer now. */
export async function lookupItem(
  lookup: LabelledLookup,
  reason: "unsure" | "stale",
  parts: ItemParts,
): Promise<ReviewItem> {
  const { tenant, id, createdAt, conversationId, question, nearest, labels } = lookup;
  const entry = await findEntry(tenant, nearest?.entryId ?? null, parts);
  const [label] = labels;
  return {
    ...NOTHING_SAID,
    id,
    reason,
    state: label === undefined ? "open" : "done",
    createdAt,
    conversationId,
    question,
    answer: entry?.answer ?? null,
    match: matchOf(lookup),
    entry,
    resolution:
      label === undefined
        ? null
        : { action: label.same ? "keep" : "remove", author: label.author, at: label.createdAt },
  };
}

/** A cached answer that expires. */
export function entryItem(entry: AnswerEntry): ReviewItem {
  const { id, createdAt, conversationId, question, answer } = entry;
  const about = { id, createdAt, conversationId, question, answer, entry };
  return { ...NOTHING_SAID, ...about, reason: "expiring", state: "open" };
}

/** The comparison of a lookup; null if it compared no two questions. */
export function matchOf(lookup: LabelledLookup | undefined): ReviewItem["match"] {
  if (lookup === undefined || lookup.nearest === null || lookup.tier === "exact") return null;
  const { question, similarity } = lookup.nearest;
  return { question, similarity, threshold: lookup.thresholds.serve };
}

async function findEntry(
  tenant: string,
  id: string | null,
  { entries }: Pick<ItemParts, "entries">,
): Promise<AnswerEntry | undefined> {
  return id === null ? undefined : entries.find({ tenant, id });
}
