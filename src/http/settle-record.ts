import type { Response } from "express";
import { RepriseError } from "../errors.ts";
import { principalOf } from "./request-context.ts";
import type { HttpDependencies } from "./types.ts";

/**
 * Waits a moment for the record. Gives what the body says of it; the header says the same where the reply
 * has no fields.
 */
export async function settleRecord(
  { recorder }: Pick<HttpDependencies, "recorder">,
  response: Response,
): Promise<{ complete: boolean }> {
  const complete = await recorder.settle(principalOf(response).tenant);
  response.set("X-Complete", String(complete));
  return { complete };
}

/** What was not found may still be on its way to the record: then it cannot be told. */
export function notFoundIn(
  { complete }: { complete: boolean },
  notFound: RepriseError,
): RepriseError {
  if (complete) return notFound;
  const message =
    "The record is behind the answers, so this cannot be told; try again in a moment.";
  return new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
}
