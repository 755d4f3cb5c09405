import type { Response } from "express";
import { toReportRange } from "../usage/report-range.ts";
import type { LedgerRange } from "../usage/types.ts";
import { principalOf } from "./request-context.ts";
import { invalidRequest } from "./validate.ts";

/**
 * The time that is asked about, of the key's own tenant.
 *
 * @throws RepriseError `invalid_request` for a time that ends before it begins
 */
export function readRange(
  query: { from?: string | undefined; to?: string | undefined; time_zone: string },
  response: Response,
): LedgerRange {
  const { from, to } = toReportRange({ ...query, timeZone: query.time_zone });
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalidRequest([{ param: "to", message: "must be after from" }]);
  }
  return { tenant: principalOf(response).tenant, from, to };
}
