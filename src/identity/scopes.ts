import type { Scope } from "./types.ts";

const SCOPES: ReadonlySet<string> = new Set(["chat", "chat:all", "admin"]);

function isScope(word: string): word is Scope {
  return SCOPES.has(word);
}

/** Parses scopes, ignoring unknown ones. `chat:all` includes `chat`. */
export function readScopes(words: readonly string[]): ReadonlySet<Scope> {
  const scopes = new Set(words.filter(isScope));
  if (scopes.has("chat:all")) scopes.add("chat");
  return scopes;
}

/** A token can narrow the scopes of its key, never widen them. A token without the claim keeps them. */
export function narrowScopes(
  ofKey: ReadonlySet<Scope>,
  ofToken: ReadonlySet<Scope> | undefined,
): ReadonlySet<Scope> {
  if (ofToken === undefined) return ofKey;
  return new Set([...ofKey].filter((scope) => ofToken.has(scope)));
}

/** True if these scopes give access to everything in the tenant. */
export function seesTenant(scopes: ReadonlySet<Scope>): boolean {
  return scopes.has("chat:all") || scopes.has("admin");
}
