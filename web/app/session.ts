import { effect, signal } from "@preact/signals";
import { fetchJson, refusals } from "../api/client.ts";
import { readKey, saveKey } from "../api/key.ts";
import { toServerError, type ServerError } from "../api/server-error.ts";
import type { Who } from "../api/types.ts";

/** Whom the server takes the reader for. */
export type Session =
  | { readonly state: "asking" }
  | { readonly state: "signed-in"; readonly who: Who }
  /** `refused`: there is a key, and the server does not take it. */
  | { readonly state: "key-wanted"; readonly refused: boolean }
  | { readonly state: "failed"; readonly error: ServerError };

export const session = signal<Session>({ state: "asking" });

/** Asks the server who the reader is, now and after each refusal of the key. */
export function startSession(): void {
  effect(() => {
    if (refusals.value > 0) session.value = { state: "key-wanted", refused: readKey() !== null };
  });
  void askWho();
}

/** Asks again, with the key that there is. */
export async function askWho(): Promise<void> {
  try {
    session.value = { state: "signed-in", who: await fetchJson<Who>("/v1/me") };
  } catch (thrown) {
    const error = toServerError(thrown);
    if (error.status !== 401) session.value = { state: "failed", error };
  }
}

export async function signIn(key: string): Promise<void> {
  saveKey(key);
  await askWho();
}

/** Forgets the key. */
export function signOut(): void {
  saveKey(null);
  session.value = { state: "key-wanted", refused: false };
}

/** Whether the reader's key opens what wants this scope. */
export function mayUse(who: Who, scope: "chat" | "admin"): boolean {
  return who.scopes.includes(scope);
}
