import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import type { Readiness } from "../../operations/health.ts";

interface Dependencies {
  readonly readiness: () => Readiness;
}

/**
 * A question that comes while the documents are still being loaded would be told that they do not
 * answer it.
 *
 * @throws RepriseError `not_ready`
 */
export function checkDocuments({ readiness }: Dependencies): void {
  if (readiness().parts["documents"] === "ok") return;
  const message = "The documents are still being loaded; try again in a moment.";
  throw new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
}

/** Lets a request pass once the documents are there. */
export function requireDocuments(dependencies: Dependencies): RequestHandler {
  return function waitForDocuments(_request, _response, next) {
    checkDocuments(dependencies);
    next();
  };
}
