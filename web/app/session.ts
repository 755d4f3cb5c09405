import { effect, signal } from "@preact/signals";
import { fetchJson, refusals } from "../api/client.ts";
import { readKey, saveKey } from "../api/key.ts";
import { toServerError, type ServerError } from "../api/server-error.ts";
import type { Reader } from "../api/types.ts";

/** The reader's identity as the server sees it. */
export type Session =
  | { readonly state: "asking" }
  | { readonly state: "signed-in"; readonly who: Reader }
  /** `refused`: the server rejected the key. */
  | { readonly state: "key-wanted"; readonly refused: boolean }
  | { readonly state: "failed"; readonly error: ServerError };

export const session = signal<Session>({ state: "asking" });

/** Requests the reader's identity, now and after each rejection of the key. */
export function startSession(): void {
  effect(() => {
    if (refusals.value > 0) session.value = { state: "key-wanted", refused: readKey() !== null };
  });
  void requestIdentity();
}

/** Requests the identity again with the current key. */
export async function requestIdentity(): Promise<void> {
  try {
    session.value = { state: "signed-in", who: await fetchJson<Reader>("/v1/me") };
  } catch (thrown) {
    const error = toServerError(thrown);
    if (error.status !== 401) session.value = { state: "failed", error };
  }
}

export async function signIn(key: string): Promise<void> {
  saveKey(key);
  await requestIdentity();
}

/** Removes the key. */
export function signOut(): void {
  saveKey(null);
  session.value = { state: "key-wanted", refused: false };
}

/** Whether the reader has this scope. */
export function hasScope(who: Reader, scope: "chat" | "admin"): boolean {
  return who.scopes.includes(scope);
}
