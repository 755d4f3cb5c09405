const KEY_NAME = "reprise-api-key";
/** Stands in where the browser allows no storage. */
let keptHere: string | null = null;

/** The API key, or null. */
export function readKey(): string | null {
  try {
    return sessionStorage.getItem(KEY_NAME);
  } catch {
    return keptHere;
  }
}

/** The key goes with the tab: session storage, never local storage. Null forgets it. */
export function saveKey(key: string | null): void {
  keptHere = key;
  try {
    if (key === null) sessionStorage.removeItem(KEY_NAME);
    else sessionStorage.setItem(KEY_NAME, key);
  } catch {
    // It lasts until the page is left.
  }
}
