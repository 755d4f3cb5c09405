import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import type { ApiKey } from "../../config.ts";
import { RepriseError } from "../../errors.ts";
import type { Principal } from "../types.ts";

/** With no keys configured everybody on this machine is tenant `default`. */
const ANYBODY: Principal = {
  tenant: "default",
  name: "anonymous",
  scopes: new Set(["chat", "admin"]),
};

/**
 * The owner of a key. All hashes are compared, each in constant time.
 *
 * @param key as presented; undefined for none
 * @throws RepriseError `unauthorized`
 */
export function authenticateKey(apiKeys: readonly ApiKey[], key: string | undefined): Principal {
  if (apiKeys.length === 0) return ANYBODY;
  const hash = createHash("sha256")
    .update(key ?? "")
    .digest();
  const owner = apiKeys.filter((known) =>
    timingSafeEqual(Buffer.from(known.sha256, "hex"), hash),
  )[0];
  if (key === undefined || owner === undefined) {
    const problem = key === undefined ? "is missing" : "is not known";
    throw new RepriseError(
      "unauthorized",
      `The API key ${problem}; send it as Authorization: Bearer KEY.`,
    );
  }
  return owner;
}

/** The key of an `Authorization: Bearer` header. */
export function bearerKey(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}

/** @throws RepriseError `forbidden` */
export function checkScope(principal: Principal, scope: "chat" | "admin"): void {
  if (principal.scopes.has(scope)) return;
  throw new RepriseError("forbidden", `The key ${principal.name} lacks the scope ${scope}.`);
}

/** Lets a request pass whose key has the scope; `any`: whose key is known. */
export function authenticate(
  apiKeys: readonly ApiKey[],
  scope: "chat" | "admin" | "any",
): RequestHandler {
  return function setPrincipal(request, response, next) {
    const principal = authenticateKey(apiKeys, bearerKey(request.get("authorization")));
    if (scope !== "any") checkScope(principal, scope);
    response.locals["principal"] = principal;
    next();
  };
}
