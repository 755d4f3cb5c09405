const UNSOUND = /\0|\p{Surrogate}/u;
const ALL_UNSOUND = /\0|\p{Surrogate}/gu;

/** Removes NUL, which PostgreSQL refuses, and lone surrogates, which break JSON clients. */
export function soundText(text: string): string {
  return UNSOUND.test(text) ? text.replace(ALL_UNSOUND, "") : text;
}

/** Applies `soundText` to all strings of a JSON value. */
export function soundValue(value: unknown): unknown {
  if (typeof value === "string") return soundText(value);
  if (Array.isArray(value)) return value.map(soundValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, soundValue(one)]));
}

/** Streaming `soundText`: two pieces may split a surrogate pair. */
export function createSoundText(): (piece: string) => string {
  let half = "";
  return (piece) => {
    const text = half + piece;
    const isCut = /[\uD800-\uDBFF]$/.test(text);
    half = isCut ? text.slice(-1) : "";
    return soundText(isCut ? text.slice(0, -1) : text);
  };
}
