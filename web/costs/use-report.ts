import { withQuery } from "../api/client.ts";
import type { CostReport } from "../api/types.ts";
import { useResource, type Resource } from "../api/use-resource.ts";
import { TIME_ZONE, type Range } from "./range.ts";

export type Group = "hour" | "day" | "model" | "conversation" | "user" | "tenant";

/** The path of a report. */
export function reportPath(range: Range, groupBy: Group, format?: "csv"): string {
  return withQuery("/v1/reports/costs", {
    ...range,
    group_by: groupBy,
    time_zone: TIME_ZONE,
    format,
  });
}

/** Costs and savings of a period, by group. */
export function useReport(range: Range, groupBy: Group): Resource<CostReport> {
  return useResource<CostReport>(reportPath(range, groupBy));
}
