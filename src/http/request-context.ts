import type { RequestHandler, Response } from "express";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import type { Authenticator, Credentials, Principal } from "../identity/types.ts";

const localsSchema = z.object({
  requestId: z.string(),
  principal: z.custom<Principal>((value) => typeof value === "object" && value !== null),
});

/** Sets the request id and its header. A valid id from the client is kept. */
export function requestId(newId: (prefix: string) => string): RequestHandler {
  return function setRequestId(request, response, next) {
    const given = request.get("x-request-id");
    const id = given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : newId("req");
    response.locals["requestId"] = id;
    response.set("X-Request-Id", id);
    next();
  };
}

/** The id of this request, as in the reply's `X-Request-Id`. */
export function requestIdOf(response: Response): string {
  return localsSchema.shape.requestId.parse(response.locals["requestId"]);
}

/** The caller; set by the authentication. */
export function principalOf(response: Response): Principal {
  return localsSchema.shape.principal.parse(response.locals["principal"]);
}

/** Abort reason: the client closed the connection. */
export class ClientGone extends Error {
  constructor() {
    super("the client has gone");
  }
}

/** Aborts if the client disconnects before the reply is complete, or already has. */
export function clientSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  const look = () => {
    if (!response.writableFinished) gone.abort(new ClientGone());
  };
  if (response.closed || response.destroyed) look();
  else response.once("close", look);
  return gone.signal;
}

/** Scope of a route: one scope, either of two, or `any` for every valid key or user token. */
export type RouteScope = "chat" | "admin" | "chat or admin" | "any";

/** Reads the credentials from the headers. */
export function credentialsOf(header: (name: string) => string | undefined): Credentials {
  return { bearer: bearerKey(header("authorization")), userToken: header("x-user-token") };
}

/** The key of an `Authorization: Bearer` header. */
function bearerKey(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}

/** @throws RepriseError `forbidden` */
export function checkScope({ scopes, name }: Principal, scope: RouteScope): void {
  if (scope === "any") return;
  const isIn =
    scope === "chat or admin" ? scopes.has("chat") || scopes.has("admin") : scopes.has(scope);
  if (isIn) return;
  throw new RepriseError("forbidden", `The key ${name} lacks the scope ${scope}.`);
}

/** Requires the scope; `any` requires valid credentials only. */
export function authenticate(authenticator: Authenticator, scope: RouteScope): RequestHandler {
  return async function setPrincipal(request, response, next) {
    const principal = await authenticator.identify(credentialsOf((name) => request.get(name)));
    checkScope(principal, scope);
    response.locals["principal"] = principal;
    next();
  };
}

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
  host: "Without API keys only this machine is served: ask localhost or 127.0.0.1, or set API_KEYS.",
  origin: "Without API keys pages of other hosts may change nothing here; set API_KEYS for them.",
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
