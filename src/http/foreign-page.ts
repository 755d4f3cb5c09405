import type { RequestHandler } from "express";
import { RepriseError } from "../errors.ts";
import type { Authenticator } from "../identity/types.ts";

/** What a browser says of a request: where it goes, and the page that it comes from. */
export interface RequestPlace {
  readonly method: string;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** The `Origin` header; programs send none. */
  readonly origin: string | undefined;
}

const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** True unless a page of another host asks: its scheme may differ, since TLS may end before this service. */
export function isOwnOrigin({ host, origin }: Pick<RequestPlace, "host" | "origin">): boolean {
  if (origin === undefined) return true;
  const page = readUrl(origin);
  if (page === undefined || page.host === "") return false;
  return page.host === readHost(host, page.protocol)?.host;
}

/**
 * What is foreign in a request to a service without keys, where being on this machine is all that a
 * caller has to show. A name of somebody else's may lead here too (DNS rebinding): then the page's own
 * host is the foreign one.
 */
export function findForeign(place: RequestPlace): "host" | "origin" | undefined {
  if (!isLoopback(readHost(place.host, "http:"))) return "host";
  if (SAFE_METHODS.has(place.method) || isOwnOrigin(place)) return undefined;
  return isLoopback(readUrl(place.origin)) ? undefined : "origin";
}

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

/** `localhost`, 127.0.0.0/8 and `::1`, however they are written. */
function isLoopback(url: URL | undefined): boolean {
  const name = url?.hostname.replace(/\.$/, "") ?? "";
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** @param protocol whose usual port a host need not name */
function readHost(host: string | undefined, protocol: string): URL | undefined {
  return host !== undefined && HOST.test(host) ? readUrl(`${protocol}//${host}`) : undefined;
}

function readUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
