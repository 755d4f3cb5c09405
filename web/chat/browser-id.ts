const STORED_AS = "reprise-browser";
/** Used when the browser allows no storage. */
let inMemory: string | undefined;

interface Store {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/**
 * A random, persistent id of this browser. Reports use it to separate its questions from those of others
 * with the same API key. It is a label and grants no access.
 *
 * @param open returns the browser's storage, or throws if it is not allowed
 */
export function browserId(open: () => Store): string {
  try {
    const store = open();
    const known = store.getItem(STORED_AS);
    if (known !== null && /^browser-[0-9a-f]{32}$/.test(known)) return known;
    inMemory ??= newId();
    store.setItem(STORED_AS, inMemory);
    return inMemory;
  } catch {
    inMemory ??= newId();
    return inMemory;
  }
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `browser-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
