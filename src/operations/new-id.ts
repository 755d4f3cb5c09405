import { randomBytes } from "node:crypto";

/** Bytes of an id, and how many ids are drawn at once: one draw takes as long as hundreds. */
const LENGTH = 16;
const DRAWN = 256;

let bytes = Buffer.alloc(0);
let used = 0;

/** An id that nobody can guess: `conv_` and 22 letters, digits, `-` or `_`. */
export function newId(prefix: string): string {
  if (used === bytes.length) {
    bytes = randomBytes(LENGTH * DRAWN);
    used = 0;
  }
  used += LENGTH;
  return `${prefix}_${bytes.toString("base64url", used - LENGTH, used)}`;
}
