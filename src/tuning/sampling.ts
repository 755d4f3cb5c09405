import { createHash } from "node:crypto";

const SPAN = 2 ** 31;

/** A deterministic, uniformly distributed integer (0 up to 2^31) derived from a lookup's id alone. */
export function sampleOrder(id: string): number {
  return createHash("sha256").update(id).digest().readUInt32BE(0) >>> 1;
}

/**
 * The same value scaled to 0 up to 1. The lookups below `f` are a random sample of that fraction of
 * all lookups.
 */
export function sampleFraction(id: string): number {
  return sampleOrder(id) / SPAN;
}
