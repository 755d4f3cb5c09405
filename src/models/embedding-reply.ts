import { z } from "zod";
import { RepriseError } from "../errors.ts";
import { MOST_TOKENS } from "../usage/request-cost.ts";

const numbers = z.array(z.number());
/** A vector in an object: `{float: […]}`, `{values: […]}`, or numbers by their places. */
const inObject = z.union([
  z.record(z.string().regex(/^\d+$/), z.number()).transform(Object.values<number>),
  z.looseObject({ float: numbers }).transform(({ float }) => float),
  z.looseObject({ values: numbers }).transform(({ values }) => values),
  z.looseObject({ embedding: numbers }).transform(({ embedding }) => embedding),
]);
/** Numbers, base64 of 32-bit floats, a list of one vector, or one in an object. */
const vector = z.union([z.string(), numbers, z.array(numbers).length(1), inObject]);
const place = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const row = z.looseObject({ embedding: vector, index: place.optional().catch(undefined) });
const count = z.number().int().positive().max(MOST_TOKENS).optional().catch(undefined);
const reply = z.looseObject({
  data: z.array(row),
  usage: z.looseObject({ prompt_tokens: count, total_tokens: count }).optional().catch(undefined),
});

/** Vectors of one call, and the billed tokens that the server reports; undefined if it reports none. */
export interface EmbeddingReply {
  readonly vectors: readonly Float32Array[];
  readonly tokens: number | undefined;
}

/** Expected contents of a reply. */
export interface ExpectedVectors {
  readonly texts: number;
  /** Undefined if not yet known. */
  readonly dimensions: number | undefined;
}

/**
 * Reads an embeddings reply: one vector per text, all of the same length, normalised to length 1.
 *
 * @throws RepriseError `model_failed` for any other reply: a wrong vector would silently give wrong search
 *   results
 */
export function readEmbeddings(
  body: unknown,
  { texts, dimensions }: ExpectedVectors,
): EmbeddingReply {
  const parsed = reply.safeParse(body);
  if (!parsed.success) throw unusable("no list of vectors");
  const { data, usage } = parsed.data;
  if (data.length !== texts) throw unusable(`${data.length} vectors for ${texts} texts`);
  const vectors = inOrder(data).map(({ embedding }) => toUnit(embedding));
  checkLengths(vectors, dimensions ?? vectors[0]?.length);
  return { vectors, tokens: usage?.prompt_tokens ?? usage?.total_tokens };
}

function checkLengths(vectors: readonly Float32Array[], length: number | undefined): void {
  const wrong = vectors.find((made) => made.length !== length);
  if (wrong === undefined) return;
  throw unusable(`a vector of ${wrong.length} numbers where ${length} are needed`);
}

type Row = z.infer<typeof row>;

/** Orders rows by index, from 0 or 1. Some servers give all rows the index 0, in input order. */
function inOrder(rows: readonly Row[]): readonly Row[] {
  const places = new Set(rows.map(({ index }) => index));
  const first = places.has(0) ? 0 : 1;
  const isNumbered = rows.every((_row, place) => places.has(first + place));
  if (!isNumbered) return rows;
  return rows.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0));
}

function toUnit(embedding: Row["embedding"]): Float32Array {
  const vector = toFloats(embedding);
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (!Number.isFinite(length)) throw unusable("a vector with values that are no numbers");
  if (length < Number.EPSILON) throw unusable("a vector of zeros");
  return vector.map((value) => value / length);
}

function toFloats(embedding: Row["embedding"]): Float32Array {
  if (typeof embedding !== "string") return Float32Array.from(embedding.flat());
  const bytes = Buffer.from(embedding, "base64");
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) throw unusable("a vector that is cut");
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer);
}

function unusable(what: string): RepriseError {
  const message = `The embeddings server answered with ${what}; see EMBEDDING_MODEL and OPENAI_BASE_URL.`;
  return new RepriseError("model_failed", message);
}
