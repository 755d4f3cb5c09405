import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { emptyWhereMissing } from "./read-rows.ts";

/** Start of each record, to detect a damaged file. */
const MAGIC = 0x52_56_45_43;
const KEY_BYTES = 16;
/** Magic, key, number of dimensions. */
const HEAD_BYTES = 4 + KEY_BYTES + 4;
const NUMBER_BYTES = 4;

/** Key of a text's vector for an embedder. */
export function vectorKey(embedderId: string, text: string): string {
  const hash = createHash("sha256").update(JSON.stringify([embedderId, text]));
  return hash.digest("hex").slice(0, KEY_BYTES * 2);
}

/**
 * Vectors by key; empty if the file does not exist. Skips an incomplete last record: another run may be writing
 * it.
 *
 * @throws Error if the file has another format
 */
export async function readVectorFile(file: string): Promise<Map<string, Float32Array>> {
  const bytes = await readFile(file).catch(emptyWhereMissing(Buffer.alloc(0)));
  const vectors = new Map<string, Float32Array>();
  let place = 0;
  while (place + HEAD_BYTES <= bytes.length) {
    if (bytes.readUInt32LE(place) !== MAGIC) {
      throw new Error(`${file} has no vectors or is damaged. Remove it to create it again.`);
    }
    const key = bytes.toString("hex", place + 4, place + 4 + KEY_BYTES);
    const length = bytes.readUInt32LE(place + 4 + KEY_BYTES) * NUMBER_BYTES;
    const start = place + HEAD_BYTES;
    place = start + length;
    if (place > bytes.length) break;
    // Copied: a Float32Array needs 4-byte alignment, which a Buffer's slice may not have.
    const vector = Uint8Array.prototype.slice.call(bytes, start, place);
    vectors.set(key, new Float32Array(vector.buffer, vector.byteOffset, length / NUMBER_BYTES));
  }
  return vectors;
}

/** Records to append to a file. */
export function encodeVectors(vectors: readonly [string, Float32Array][]): Buffer {
  return Buffer.concat(
    vectors.flatMap(([key, vector]) => {
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt32LE(MAGIC, 0);
      head.write(key, 4, "hex");
      head.writeUInt32LE(vector.length, 4 + KEY_BYTES);
      return [head, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)];
    }),
  );
}
