const KEY_NAME = "reprise-api-key";
/** Stands in where the browser allows no storage. */
let keptHere = null;

/** The API key, or null. */
export function readKey() {
  try {
    return sessionStorage.getItem(KEY_NAME);
  } catch {
    return keptHere;
  }
}

/** The key goes with the tab: session storage, never local storage. */
export function saveKey(key) {
  keptHere = key;
  try {
    sessionStorage.setItem(KEY_NAME, key);
  } catch {
    // It lasts until the page is left.
  }
}
