import { createHash } from "node:crypto";

/** Short hash of a text for an answer's scope. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
