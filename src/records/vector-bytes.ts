const BYTES = 4;

/** A vector as little-endian 32-bit floats, whatever the machine. */
export function encodeVector(vector: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(vector.length * BYTES);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * BYTES);
  return bytes;
}

/**
 * Drivers give back a Buffer, a Uint8Array or (libsql) an ArrayBuffer.
 *
 * @throws RangeError when the bytes are no whole number of floats
 */
export function decodeVector(stored: Uint8Array | ArrayBuffer): Float32Array {
  const bytes = stored instanceof Uint8Array ? stored : new Uint8Array(stored);
  if (bytes.byteLength % BYTES !== 0) {
    throw new RangeError(`a stored vector of ${bytes.byteLength} bytes is damaged`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / BYTES }, (_value, index) =>
    view.getFloat32(index * BYTES, true),
  );
}
