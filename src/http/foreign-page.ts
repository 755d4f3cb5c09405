import type { RequestHandler } from "express";
import { RepriseError } from "../errors.ts";
import type { Authenticator } from "../identity/types.ts";

/** Target and origin of a browser's request. */
export interface RequestPlace {
  readonly method: string;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** The `Origin` header; non-browser clients do not send it. */
  readonly origin: string | undefined;
}

const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** False only for a page of another host. The scheme may differ, since TLS may end at a proxy. */
export function isOwnOrigin({ host, origin }: Pick<RequestPlace, "host" | "origin">): boolean {
  if (origin === undefined) return true;
  const page = readUrl(origin);
  if (page === undefined || page.host === "") return false;
  return page.host === readHost(host, page.protocol)?.host;
}

/**
 * The foreign part of a request to a service without keys, where any local caller is accepted. A foreign name
 * may resolve to this machine (DNS rebinding): then the host is foreign.
 */
export function findForeign(place: RequestPlace): "host" | "origin" | undefined {
  if (!isLoopback(readHost(place.host, "http:"))) return "host";
  if (SAFE_METHODS.has(place.method) || isOwnOrigin(place)) return undefined;
  return isLoopback(readUrl(place.origin)) ? undefined : "origin";
}

/**
 * Without keys, rejects requests from foreign pages in a local user's browser. With keys this is not needed: a
 * foreign page cannot send the key's header.
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
  host: "Without API keys, only requests to localhost or 127.0.0.1 are served. Set API_KEYS to serve other hosts.",
  origin:
    "Without API keys, pages of other hosts cannot change anything. Set API_KEYS to allow them.",
};

/** `localhost`, 127.0.0.0/8 and `::1`, in any notation. */
function isLoopback(url: URL | undefined): boolean {
  const name = url?.hostname.replace(/\.$/, "") ?? "";
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** @param protocol scheme whose default port the host may omit */
function readHost(host: string | undefined, protocol: string): URL | undefined {
  return host !== undefined && HOST.test(host) ? readUrl(`${protocol}//${host}`) : undefined;
}

function readUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
