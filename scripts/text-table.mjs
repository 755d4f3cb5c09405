// Stores a table as text whose values are parsed on demand. Used by bundle.mjs.

/** The table as lines: keys in order, an empty line, and their values as JSON. */
export function writeTable(table) {
  const keys = Object.keys(table).sort((a, b) => (a < b ? -1 : 1));
  const values = keys.map((key) => JSON.stringify(table[key]));
  return `${keys.join("\n")}\n\n${values.join("\n")}`;
}

/** Copied into the bundle, so it must not refer to anything outside. `read` is called at the first access. */
export function createTable(read) {
  let keys, values;
  const get = (_target, asked) => {
    if (keys === undefined) {
      const [keyLines, valueLines] = read().split("\n\n");
      [keys, values] = [keyLines.split("\n"), valueLines.split("\n")];
    }
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle] < asked) low = middle + 1;
      else high = middle;
    }
    return keys[low] === asked ? JSON.parse(values[low]) : undefined;
  };
  return new Proxy({}, { get });
}
