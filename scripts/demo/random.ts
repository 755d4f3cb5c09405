/** Reproducible random numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Picks an item; a higher `skew` prefers the first ones, 1 is uniform. */
export function pick<Item>(items: readonly Item[], random: () => number, skew = 1): Item {
  const item = items[Math.floor(random() ** skew * items.length)];
  if (item === undefined) throw new RangeError("there is nothing to pick from");
  return item;
}
