import type { Embedder } from "../models/types.ts";

/** Fields of the indexes; a change of theirs makes new indexes beside those of running replicas. */
const SCHEMA_VERSION = 3;

/**
 * The vectors that may be compared with each other: those of one embedder, in one length, by cosine. Every space
 * has indexes and a hash field of its own, so that vectors of two embedders never meet, not even while
 * replicas of two settings share a Redis.
 */
export interface VectorSpace {
  /** Part of index names. */
  readonly name: string;
  /** The hash field that its vectors stand in. */
  readonly field: string;
  readonly dimensions: number;
}

/** The space of an embedder's vectors. */
export function vectorSpaceOf({
  id,
  dimensions,
}: Pick<Embedder, "id" | "dimensions">): VectorSpace {
  const name = `${encodeURIComponent(id)}-${dimensions}-cosine-v${SCHEMA_VERSION}`;
  return { name, field: fieldOfSpace(name), dimensions };
}

/** The hash field of the vectors of a space. */
export function fieldOfSpace(name: string): string {
  return `vector:${name}`;
}
