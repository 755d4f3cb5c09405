import { createHash } from "node:crypto";

/** Numbers that a vector is longer by when its scope is in it. */
export const SCOPE_DIMENSIONS = 32;
/** Share of the scope in the squared length of the whole; the rest is the question's. */
const SCOPE_SHARE = 0.5;
const QUESTION_SHARE = 1 - SCOPE_SHARE;

/**
 * The vector with its scope in it, of length 1: equal scopes agree in the added numbers, others differ
 * in about half of them. An index then has the entries of a scope side by side, and the nearest of all
 * are the nearest in the scope: docs/decisions/2026-11-25-scoped-lookup.md.
 */
export function withScope(vector: Float32Array, scope: string): Float32Array {
  const bits = createHash("sha256").update(scope).digest().readUInt32BE(0);
  const share = Math.sqrt(SCOPE_SHARE / SCOPE_DIMENSIONS);
  return extend(vector, Math.sqrt(QUESTION_SHARE), (place) =>
    ((bits >>> place) & 1) === 1 ? share : -share,
  );
}

/** The vector without a scope, to be compared with those that have one. */
export function withAnyScope(vector: Float32Array): Float32Array {
  return extend(vector, 1, () => 0);
}

/** The vector that `withScope` was given, of length 1. */
export function withoutScope(whole: Float32Array): Float32Array {
  const scale = 1 / Math.sqrt(QUESTION_SHARE);
  return whole.slice(0, -SCOPE_DIMENSIONS).map((number) => number * scale);
}

/** Between two questions of one scope: their cosine distance (0..2) from that of the whole vectors. */
export function distanceInScope(whole: number): number {
  return whole / QUESTION_SHARE;
}

/** Between a question without a scope and one with: their cosine distance (0..2). */
export function distanceInAnyScope(whole: number): number {
  return 1 - (1 - whole) / Math.sqrt(QUESTION_SHARE);
}

function extend(
  vector: Float32Array,
  length: number,
  added: (place: number) => number,
): Float32Array {
  const whole = new Float32Array(vector.length + SCOPE_DIMENSIONS);
  let squares = 0;
  for (const number of vector) squares += number * number;
  const scale = length / (Math.sqrt(squares) || 1);
  for (let place = 0; place < vector.length; place += 1)
    whole[place] = (vector[place] ?? 0) * scale;
  for (let place = 0; place < SCOPE_DIMENSIONS; place += 1) {
    whole[vector.length + place] = added(place);
  }
  return whole;
}
