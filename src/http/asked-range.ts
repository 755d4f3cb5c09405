import type { Response } from "express";
import { toReportRange } from "../usage/local-days.ts";
import { principalOf } from "./request-context.ts";
import { invalidRequest } from "./validate.ts";

/**
 * The time that was asked for, of the key's own tenant.
 *
 * @throws RepriseError `invalid_request` when it ends before it begins
 */
export function askedRange(
  query: { from?: string | undefined; to?: string | undefined; time_zone: string },
  response: Response,
): { tenant: string; from: number | undefined; to: number | undefined } {
  const { from, to } = toReportRange({ ...query, timeZone: query.time_zone });
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalidRequest([{ param: "to", message: "must be after from" }]);
  }
  return { tenant: principalOf(response).tenant, from, to };
}
