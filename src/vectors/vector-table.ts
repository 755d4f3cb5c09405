/** A row near a vector. */
export interface NearRow<Value> {
  readonly value: Value;
  /** Dot product, clamped to 0..1. */
  readonly similarity: number;
}

/** Values with L2-normalised vectors of one length, searched by comparing all of them. */
export interface VectorTable<Value> {
  readonly size: number;
  /** Adds or replaces; copies the vector. Throws a RangeError for another length. */
  set(key: string, value: Value, vector: Float32Array): void;
  remove(key: string): void;
  /** A copy of the vector of this key. */
  vectorOf(key: string): Float32Array | undefined;
  /** The nearest that `accepts` lets pass, nearest first. Throws a RangeError for another length. */
  nearest(
    vector: Float32Array,
    limit: number,
    accepts: (value: Value) => boolean,
  ): readonly NearRow<Value>[];
}

const SMALLEST_CAPACITY = 16;

/**
 * Vectors stand one after the other in a single array, which doubles when full and halves when three
 * quarters are free. How many there may be is the owner's limit.
 */
export function createVectorTable<Value>(dimensions: number): VectorTable<Value> {
  const rows: { readonly key: string; readonly value: Value }[] = [];
  const rowOf = new Map<string, number>();
  let numbers = new Float32Array(SMALLEST_CAPACITY * dimensions);
  let capacity = SMALLEST_CAPACITY;

  function resize(rowCount: number): void {
    const resized = new Float32Array(rowCount * dimensions);
    resized.set(numbers.subarray(0, resized.length));
    numbers = resized;
    capacity = rowCount;
  }

  function claimRow(key: string): number {
    if (rows.length === capacity) resize(capacity * 2);
    rowOf.set(key, rows.length);
    return rows.length;
  }

  /** The last row takes the place of the one that goes, so that there is no gap. */
  function fillGap(gap: number): void {
    const last = rows.pop();
    if (last === undefined || rows.length === gap) return;
    numbers.copyWithin(gap * dimensions, rows.length * dimensions, (rows.length + 1) * dimensions);
    rows[gap] = last;
    rowOf.set(last.key, gap);
  }

  function checkLength(vector: Float32Array): void {
    if (vector.length === dimensions) return;
    throw new RangeError(`a vector of ${vector.length} numbers where ${dimensions} are needed`);
  }

  return {
    get size() {
      return rows.length;
    },
    set(key, value, vector) {
      checkLength(vector);
      const place = rowOf.get(key) ?? claimRow(key);
      rows[place] = { key, value };
      numbers.set(vector, place * dimensions);
    },
    remove(key) {
      const place = rowOf.get(key);
      if (place === undefined) return;
      rowOf.delete(key);
      fillGap(place);
      if (capacity > SMALLEST_CAPACITY && rows.length < capacity / 4) resize(capacity / 2);
    },
    vectorOf(key) {
      const place = rowOf.get(key);
      return place === undefined
        ? undefined
        : numbers.slice(place * dimensions, (place + 1) * dimensions);
    },
    nearest(vector, limit, accepts) {
      checkLength(vector);
      return nearestRows(rows, (place) => cosineAt(numbers, place * dimensions, vector), {
        limit,
        accepts,
      });
    },
  };
}

function nearestRows<Value>(
  rows: readonly { readonly value: Value }[],
  similarityOf: (place: number) => number,
  { limit, accepts }: { limit: number; accepts: (value: Value) => boolean },
): NearRow<Value>[] {
  const found: NearRow<Value>[] = [];
  for (const [place, { value }] of rows.entries()) {
    const similarity = similarityOf(place);
    const full = found.length >= limit;
    if (full && similarity <= (found.at(-1)?.similarity ?? 1)) continue;
    if (!accepts(value)) continue;
    insert(found, { value, similarity });
    if (full) found.pop();
  }
  return found;
}

function insert<Value>(found: NearRow<Value>[], row: NearRow<Value>): void {
  let place = found.length;
  while (place > 0 && (found[place - 1]?.similarity ?? 1) < row.similarity) place -= 1;
  found.splice(place, 0, row);
}

/**
 * Of unit vectors, the one beginning at `start`; clamped to 0..1. Four sums at a time, so that none
 * waits for the one before (declared one by one: destructured they took twice the time).
 */
function cosineAt(numbers: Float32Array, start: number, vector: Float32Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let index = 0;
  for (; index + 3 < vector.length; index += 4) {
    const place = start + index;
    first += product(numbers, place, vector, index);
    second += product(numbers, place + 1, vector, index + 1);
    third += product(numbers, place + 2, vector, index + 2);
    fourth += product(numbers, place + 3, vector, index + 3);
  }
  for (; index < vector.length; index += 1) first += product(numbers, start + index, vector, index);
  return Math.min(1, Math.max(0, first + second + third + fourth));
}

function product(one: Float32Array, place: number, other: Float32Array, index: number): number {
  return (one[place] ?? 0) * (other[index] ?? 0);
}

/** Cosine similarity of L2-normalised vectors, clamped to 0..1. */
export function cosine(one: Float32Array, other: Float32Array): number {
  return cosineAt(one, 0, other);
}
