import type { RequestHandler } from "express";
import { type Arrivals, createTurnstile } from "../../operations/turnstile.ts";

/** Health checks must not wait behind a burst. */
const PROBES = new Set(["/livez", "/readyz"]);

/**
 * Spreads a burst over several turns of the event loop. Otherwise all requests of the burst start in one turn
 * and block everything else.
 */
export function takeTurns(arrivals: Arrivals): RequestHandler {
  const turnstile = createTurnstile({ goesFirst: () => arrivals.goFirst() });
  return async function takeTurn(request, _response, next) {
    const room = PROBES.has(request.path) ? undefined : turnstile.enter();
    if (room !== undefined) await room;
    next();
  };
}
