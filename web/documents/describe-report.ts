import type { IngestReport } from "../api/types.ts";
import { formatMany } from "../format/numbers.ts";

/** What storing a document changed, in a sentence. */
export function describeReport(report: IngestReport): string {
  const { version, passages, embedded, reused, removed } = report;
  const parts = [
    `version ${version}`,
    formatMany(passages, "passage"),
    ...(reused > 0 ? [`${embedded} new`, `${reused} kept`] : []),
    ...(removed > 0 ? [`${removed} gone`] : []),
  ];
  return parts.join(", ");
}

/** What it did to the answers that were stored. */
export function describeInvalidated(count: number): string {
  if (count === 0) return "no stored answer was made from what changed";
  const [were, they] = count === 1 ? ["was", "It is"] : ["were", "They are"];
  return `${formatMany(count, "stored answer")} ${were} removed. ${they} made anew when asked for`;
}
