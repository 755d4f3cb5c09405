import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import type { Authenticator } from "../../identity/types.ts";
import { findForeign } from "../foreign-page.ts";

/**
 * Without keys: keeps away the pages of other hosts that a person on this machine visits. A key is
 * sent by a header, which no such page can.
 */
export function refuseForeign({
  isConfigured,
}: Pick<Authenticator, "isConfigured">): RequestHandler {
  return function checkPlace(request, _response, next) {
    const { method, headers } = request;
    const { host, origin } = headers;
    const foreign = !isConfigured ? findForeign({ method, host, origin }) : undefined;
    if (foreign !== undefined) throw new RepriseError("forbidden", MESSAGES[foreign]);
    next();
  };
}

const MESSAGES = {
  host: "Without API keys only this machine is served: ask localhost or 127.0.0.1, or set API_KEYS.",
  origin: "Without API keys pages of other hosts may change nothing here; set API_KEYS for them.",
};
