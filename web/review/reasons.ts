import type { ReviewItem } from "../api/types.ts";

/** Reasons in words, in the order of the queue. */
export const REASON_NAMES: Readonly<Record<ReviewItem["reason"], string>> = {
  reported: "Reported by a reader",
  noted: "Note on a good answer",
  unsure: "Served near the threshold",
  expiring: "Expires soon",
  stale: "Its documents have changed",
};
