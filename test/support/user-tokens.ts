import { createHash } from "node:crypto";
import { SignJWT } from "jose";

/** The shared secret of tests. */
export const TOKEN_SECRET = "a-secret-of-tests-that-is-long-enough-for-it";

/** A token signed with the secret of tests; it holds for five minutes unless the claims say otherwise. */
export function signToken(claims: Record<string, unknown>, secret = TOKEN_SECRET): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
  const dated = "exp" in claims ? token : token.setExpirationTime("5m");
  return dated.sign(new TextEncoder().encode(secret));
}

/** An entry of `API_KEYS`, whose key is `secret-` and its name. */
export function keyEntry(name: string, tenant: string, scopes: string): string {
  const sha256 = createHash("sha256").update(`secret-${name}`).digest("hex");
  return `${name}:${tenant}:${scopes}:${sha256}`;
}

/** The headers of a request with such a key, in the name of a user where one is given. */
export async function headersOf(
  key: string,
  user?: string | Record<string, unknown>,
): Promise<Record<string, string>> {
  const authorization = `Bearer secret-${key}`;
  if (user === undefined) return { authorization };
  const claims = typeof user === "string" ? { sub: user } : user;
  return { authorization, "x-user-token": await signToken(claims) };
}
