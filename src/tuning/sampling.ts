import { createHash } from "node:crypto";

const SPAN = 2 ** 31;

/**
 * A number drawn from a lookup's id, whole, 0 up to 2^31: evenly spread, the same whenever and wherever
 * it is asked for, and nothing but the id has a say in it.
 */
export function sampleOrder(id: string): number {
  return createHash("sha256").update(id).digest().readUInt32BE(0) >>> 1;
}

/** The same as a share, 0 up to 1: below `f` are that share of all lookups, a fair sample of them. */
export function sampleFraction(id: string): number {
  return sampleOrder(id) / SPAN;
}
