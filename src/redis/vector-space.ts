import type { Embedder } from "../models/types.ts";

/** Version of the index schema. A change creates new indexes next to those of running replicas. */
const SCHEMA_VERSION = 3;

/**
 * A set of comparable vectors: one embedder, one dimension, cosine distance. Each space has its own
 * indexes and hash field, so vectors of two embedders are never compared, even if replicas with
 * different settings share a Redis.
 */
export interface VectorSpace {
  /** Used in index names. */
  readonly name: string;
  /** The hash field of its vectors. */
  readonly field: string;
  readonly dimensions: number;
}

/** The vector space of an embedder. */
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
