import type { Scope } from "./types.ts";

const SCOPES: ReadonlySet<string> = new Set(["chat", "chat:all", "admin"]);

function isScope(word: string): word is Scope {
  return SCOPES.has(word);
}

/** The scopes among these words, `chat` included where `chat:all` is; other words are ignored. */
export function readScopes(words: readonly string[]): ReadonlySet<Scope> {
  const scopes = new Set(words.filter(isScope));
  if (scopes.has("chat:all")) scopes.add("chat");
  return scopes;
}

/** A token narrows what its key opens and never widens it; one without the claim leaves it as it is. */
export function narrowScopes(
  ofKey: ReadonlySet<Scope>,
  ofToken: ReadonlySet<Scope> | undefined,
): ReadonlySet<Scope> {
  if (ofToken === undefined) return ofKey;
  return new Set([...ofKey].filter((scope) => ofToken.has(scope)));
}

/** Whether these scopes open everything of the tenant. */
export function seesTenant(scopes: ReadonlySet<Scope>): boolean {
  return scopes.has("chat:all") || scopes.has("admin");
}
