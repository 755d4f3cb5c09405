import type { Response } from "express";
import { RepriseError } from "../errors.ts";
import { toReportRange } from "../usage/local-days.ts";
import { principalOf } from "./request-context.ts";
import type { HttpDependencies } from "./types.ts";
import { invalidRequest } from "./validate.ts";

/**
 * The time range of a query, for the caller's tenant.
 *
 * @throws RepriseError `invalid_request` if it ends before it begins
 */
export function askedRange(
  query: { from?: string | undefined; to?: string | undefined; time_zone: string },
  { tenant }: { tenant: string },
): { tenant: string; from: number | undefined; to: number | undefined } {
  const { from, to } = toReportRange({ ...query, timeZone: query.time_zone });
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalidRequest([{ param: "to", message: "must be after from" }]);
  }
  return { tenant, from, to };
}

/**
 * Waits briefly until the tenant's turns are recorded. Returns `complete` for the body; replies without fields
 * have it in the header `X-Complete`.
 */
export async function settleRecord(
  { recorder }: Pick<HttpDependencies, "recorder">,
  response: Response,
): Promise<{ complete: boolean }> {
  const complete = await recorder.settle(principalOf(response).tenant);
  response.set("X-Complete", String(complete));
  return { complete };
}

/** The error for a missing resource: `not_ready` if it may not be written to the database yet. */
export function notFoundIn(
  { complete }: { complete: boolean },
  notFound: RepriseError,
): RepriseError {
  if (complete) return notFound;
  const message =
    "Some answers are not in the database yet, so this cannot be determined. Try again in a moment.";
  return new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
}
