import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import type { Readiness } from "../../operations/health.ts";

interface Dependencies {
  readonly readiness: () => Readiness;
}

/**
 * While the documents are loading, an answer would wrongly say that they contain nothing.
 *
 * @throws RepriseError `not_ready`
 */
export function checkDocuments({ readiness }: Dependencies): void {
  if (readiness().parts["documents"] === "ok") return;
  const message = "The documents are still being loaded. Try again in a moment.";
  throw new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
}

/** Rejects requests until the documents are loaded. */
export function requireDocuments(dependencies: Dependencies): RequestHandler {
  return function waitForDocuments(_request, _response, next) {
    checkDocuments(dependencies);
    next();
  };
}
