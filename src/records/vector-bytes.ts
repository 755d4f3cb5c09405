const BYTES = 4;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A vector as little-endian 32-bit floats, whatever the machine. */
export function encodeVector(vector: Float32Array): Uint8Array {
  return inMachineOrder(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
}

/**
 * Drivers give back a Buffer, a Uint8Array or (libsql) an ArrayBuffer.
 *
 * @throws RangeError when the bytes are no whole number of floats
 */
export function decodeVector(stored: Uint8Array | ArrayBuffer): Float32Array {
  if (stored.byteLength % BYTES !== 0) {
    throw new RangeError(`a stored vector of ${stored.byteLength} bytes is damaged`);
  }
  const bytes = stored instanceof Uint8Array ? stored : new Uint8Array(stored);
  return new Float32Array(inMachineOrder(bytes).buffer);
}

/** A copy, turned around on the few machines that need it; the same way there and back. */
function inMachineOrder(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (!IS_LITTLE_ENDIAN) Buffer.from(copy.buffer).swap32();
  return copy;
}
