const UNSOUND = /\0|\p{Surrogate}/u;
const ALL_UNSOUND = /\0|\p{Surrogate}/gu;

/** A text without NUL, which PostgreSQL refuses, and without halves of characters, which break JSON clients. */
export function soundText(text: string): string {
  return UNSOUND.test(text) ? text.replace(ALL_UNSOUND, "") : text;
}

/** The same for all texts of a value that came as JSON. */
export function soundValue(value: unknown): unknown {
  if (typeof value === "string") return soundText(value);
  if (Array.isArray(value)) return value.map(soundValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, soundValue(one)]));
}

/** The same for a text that comes in pieces: a character may be cut in halves between two of them. */
export function createSoundText(): (piece: string) => string {
  let half = "";
  return (piece) => {
    const text = half + piece;
    const isCut = /[\uD800-\uDBFF]$/.test(text);
    half = isCut ? text.slice(-1) : "";
    return soundText(isCut ? text.slice(0, -1) : text);
  };
}
