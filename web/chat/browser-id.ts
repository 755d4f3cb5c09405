const STORED_AS = "reprise-browser";
/** Stands in where the browser allows no storage. */
let keptHere: string | undefined;

interface Store {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/**
 * A random name that stays with this browser, so that reports can tell its questions from those of
 * others with the same key. A label: it opens nothing.
 *
 * @param open gives the browser's store, or throws where it allows none
 */
export function browserId(open: () => Store): string {
  try {
    const store = open();
    const known = store.getItem(STORED_AS);
    if (known !== null && /^browser-[0-9a-f]{32}$/.test(known)) return known;
    keptHere ??= newId();
    store.setItem(STORED_AS, keptHere);
    return keptHere;
  } catch {
    keptHere ??= newId();
    return keptHere;
  }
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `browser-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
