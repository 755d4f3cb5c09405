import { zipSync } from "fflate";

/**
 * Packs unpacked members into an archive without compression, for libraries that open archives themselves.
 * Limits were checked during unpacking, and such an archive cannot expand.
 */
export function zipStored(parts: Readonly<Record<string, Uint8Array>>): Buffer {
  return Buffer.from(zipSync({ ...parts }, { level: 0 }));
}
