import type { RequestHandler } from "express";
import { type Arrivals, createTurnstile } from "../../operations/turnstile.ts";

/** Asked by whoever watches the process: they must not wait behind a burst. */
const PROBES = new Set(["/livez", "/readyz"]);

/**
 * Spreads a burst of requests over the turns of the event loop: requests that have arrived together would
 * otherwise be begun in one turn, and everything else would wait for all of them.
 */
export function takeTurns(arrivals: Arrivals): RequestHandler {
  const turnstile = createTurnstile({ goesFirst: () => arrivals.goFirst() });
  return async function takeTurn(request, _response, next) {
    const room = PROBES.has(request.path) ? undefined : turnstile.enter();
    if (room !== undefined) await room;
    next();
  };
}
