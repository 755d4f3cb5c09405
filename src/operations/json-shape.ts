/** The cost class of parsing a JSON text. */
type JsonShape = "fine" | "too-deep" | "too-many";

const MAX_DEPTH = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[ { ] }`, and how each changes the depth. */
const BRACKETS = new Map([
  [0x5b, 1],
  [0x7b, 1],
  [0x5d, -1],
  [0x7d, -1],
]);
const COMMA = 0x2c;

/**
 * Scans brackets, commas and strings to reject JSON that is expensive to parse: parsing 1 MB of
 * nested arrays takes 160 ms, the scan a few. Does not check that the text is valid JSON.
 *
 * @param maxValues maximum number of values, counted by brackets, commas and strings
 */
export function jsonShape(bytes: Uint8Array, maxValues: number): JsonShape {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      values += 1;
    } else if (byte === COMMA) values += 1;
    else if (byte >= 0x5b) {
      const change = BRACKETS.get(byte) ?? 0;
      depth += change;
      if (change > 0) values += 1;
    }
    if (depth > MAX_DEPTH) return "too-deep";
    if (values > maxValues) return "too-many";
  }
  return "fine";
}

/** Index of the quote that ends a string. */
function stringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; ;) {
    at = bytes.indexOf(QUOTE, at + 1);
    if (at === -1) return bytes.length;
    let escapes = 0;
    while (bytes[at - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
}
