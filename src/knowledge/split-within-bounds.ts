import { RepriseError } from "../errors.ts";
import { MAX_DOCUMENT_BYTES } from "./load.ts";
import { readPassages } from "./split.ts";
import type { DocumentInput, Passage } from "./types.ts";

const MAX_PASSAGES = 5_000;

/**
 * Splits a submitted document within the limits.
 *
 * @throws RepriseError `too_large` above 20 MB or 5,000 passages, `unsupported_media_type` for a text with NUL
 *   characters; errors name the field `text`
 */
export function splitWithinBounds(document: DocumentInput): Passage[] {
  if (document.text.includes("\0")) {
    const message = "must not have NUL characters";
    throw new RepriseError("unsupported_media_type", `The document's text ${message}.`, {
      details: [{ param: "text", message }],
    });
  }
  if (Buffer.byteLength(document.text) > MAX_DOCUMENT_BYTES) throw tooLarge("is larger than 20 MB");
  const passages: Passage[] = [];
  for (const passage of readPassages(document)) {
    if (passages.length === MAX_PASSAGES) throw tooLarge(`has more than ${MAX_PASSAGES} passages`);
    passages.push(passage);
  }
  return passages;
}

function tooLarge(message: string): RepriseError {
  return new RepriseError("too_large", `The document's text ${message}; split it.`, {
    details: [{ param: "text", message }],
  });
}
