import { createHash } from "node:crypto";
import { SignJWT } from "jose";

/** Shared secret for tests. */
export const TOKEN_SECRET = "a-secret-of-tests-that-is-long-enough-for-it";

/** Signs a token with the test secret. Default expiry: five minutes. */
export function signToken(claims: Record<string, unknown>, secret = TOKEN_SECRET): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
  const dated = "exp" in claims ? token : token.setExpirationTime("5m");
  return dated.sign(new TextEncoder().encode(secret));
}

/** An entry of `API_KEYS`. The key is `secret-` and its name. */
export function keyEntry(name: string, tenant: string, scopes: string, groups = ""): string {
  const sha256 = createHash("sha256").update(`secret-${name}`).digest("hex");
  return `${name}:${tenant}:${scopes}:${sha256}${groups === "" ? "" : `:${groups}`}`;
}

/** Headers of a request with this key, optionally with a user token. */
export async function headersOf(
  key: string,
  user?: string | Record<string, unknown>,
): Promise<Record<string, string>> {
  const authorization = `Bearer secret-${key}`;
  if (user === undefined) return { authorization };
  const claims = typeof user === "string" ? { sub: user } : user;
  return { authorization, "x-user-token": await signToken(claims) };
}
