import type { IngestReport } from "../api/types.ts";
import { formatMany } from "../format/numbers.ts";

/** The changes of storing a document, in a sentence. */
export function describeReport(report: IngestReport): string {
  const { version, passages, embedded, reused, removed } = report;
  const parts = [
    `version ${version}`,
    formatMany(passages, "passage"),
    ...(reused > 0 ? [`${embedded} new`, `${reused} unchanged`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.join(", ");
}

/** The effect on cached answers, in a sentence. */
export function describeInvalidated(count: number): string {
  if (count === 0) return "no cached answer was made from the changed passages";
  const [were, its] = count === 1 ? ["was", "Its question gets"] : ["were", "Their questions get"];
  return `${formatMany(count, "cached answer")} ${were} removed. ${its} a new answer the next time`;
}
