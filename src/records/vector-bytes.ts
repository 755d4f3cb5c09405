const BYTES = 4;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Encodes a vector as little-endian 32-bit floats, on any machine. */
export function encodeVector(vector: Float32Array): Uint8Array {
  return inMachineOrder(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
}

/**
 * Decodes a stored vector. Drivers return a Buffer, a Uint8Array or (libsql) an ArrayBuffer.
 *
 * @throws RangeError when the length is not a multiple of 4 bytes
 */
export function decodeVector(stored: Uint8Array | ArrayBuffer): Float32Array {
  if (stored.byteLength % BYTES !== 0) {
    throw new RangeError(
      `a stored vector has ${stored.byteLength} bytes, which is not a multiple of 4`,
    );
  }
  const bytes = stored instanceof Uint8Array ? stored : new Uint8Array(stored);
  return new Float32Array(inMachineOrder(bytes).buffer);
}

/** Copies the bytes, swapped on big-endian machines. Encoding and decoding are the same operation. */
function inMachineOrder(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (!IS_LITTLE_ENDIAN) Buffer.from(copy.buffer).swap32();
  return copy;
}
