import { createHash } from "node:crypto";

/** Number of dimensions added to encode the scope. */
export const SCOPE_DIMENSIONS = 32;
/** The scope's share of the squared length; the rest is the question's. */
const SCOPE_SHARE = 0.5;
const QUESTION_SHARE = 1 - SCOPE_SHARE;

/**
 * Returns a unit vector with the scope encoded in added dimensions. Equal scopes have the same
 * added values, other scopes differ in about half of them. Entries of a scope are then close in the
 * index, so the nearest overall are the nearest in the scope:
 * docs/decisions/2026-11-25-scoped-lookup.md.
 */
export function withScope(vector: Float32Array, scope: string): Float32Array {
  const bits = createHash("sha256").update(scope).digest().readUInt32BE(0);
  const share = Math.sqrt(SCOPE_SHARE / SCOPE_DIMENSIONS);
  return extend(vector, Math.sqrt(QUESTION_SHARE), (place) =>
    ((bits >>> place) & 1) === 1 ? share : -share,
  );
}

/** Recovers the vector given to `withScope`, as a unit vector. */
export function withoutScope(whole: Float32Array): Float32Array {
  const scale = 1 / Math.sqrt(QUESTION_SHARE);
  return whole.slice(0, -SCOPE_DIMENSIONS).map((number) => number * scale);
}

/**
 * Converts a distance of scoped vectors to the cosine distance (0..2) of two questions in one
 * scope.
 */
export function distanceInScope(whole: number): number {
  return whole / QUESTION_SHARE;
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
