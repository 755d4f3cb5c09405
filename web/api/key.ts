const KEY_NAME = "reprise-api-key";
/** Used when the browser allows no storage. */
let inMemory: string | null = null;

/** The API key, or null. */
export function readKey(): string | null {
  try {
    return sessionStorage.getItem(KEY_NAME);
  } catch {
    return inMemory;
  }
}

/** Stores the key for this tab only: session storage, never local storage. Null removes it. */
export function saveKey(key: string | null): void {
  inMemory = key;
  try {
    if (key === null) sessionStorage.removeItem(KEY_NAME);
    else sessionStorage.setItem(KEY_NAME, key);
  } catch {
    // Without storage, the key lasts until the page is closed.
  }
}
