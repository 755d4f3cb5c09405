import { zipSync } from "fflate";

/**
 * Members that were unpacked within the limits as an archive without compression, for libraries that open
 * archives themselves: there is nothing left in it that could expand.
 */
export function zipStored(parts: Readonly<Record<string, Uint8Array>>): Buffer {
  return Buffer.from(zipSync({ ...parts }, { level: 0 }));
}
