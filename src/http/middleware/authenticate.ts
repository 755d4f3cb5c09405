import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import type { Authenticator, Credentials, Principal } from "../../identity/types.ts";

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
