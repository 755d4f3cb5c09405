import { RepriseError } from "../errors.ts";
import { jsonShape } from "../operations/json-shape.ts";
import { readDocumentContent, readDocumentText, type ReadDocument } from "./load.ts";
import type { DocumentContent } from "./read/types.ts";
import { splitWithinBounds } from "./split-within-bounds.ts";
import { splitDocument } from "./split.ts";
import type { DocumentInput, Passage } from "./types.ts";

/** Values of a JSON document, its objects and lists included. */
const MAX_VALUES = 10_000;

/** The work that grows with a document. Every method fails as its rule does, or as the adapter says. */
export interface DocumentReader {
  /**
   * A JSON body of up to 10,000 values.
   *
   * @throws RepriseError `invalid_json`, `too_large`
   */
  parseJson(bytes: Uint8Array): Promise<unknown>;
  /** Content as it came: see `readDocumentContent`. */
  read(content: DocumentContent): Promise<ReadDocument>;
  /** Text that is decoded already: see `readDocumentText`. */
  readText(text: string): Promise<ReadDocument>;
  /** A document that is given: see `splitWithinBounds`. */
  split(document: DocumentInput): Promise<readonly Passage[]>;
  /** A document that was taken: all its passages. */
  splitStored(document: DocumentInput): Promise<readonly Passage[]>;
  close(): Promise<void>;
}

/** Reads in this thread: for documents whose size is known to be small, and inside of the worker. */
export const inlineDocumentReader: DocumentReader = {
  parseJson: async (bytes) => parseJsonValues(bytes),
  read: async (content) => readDocumentContent(content),
  readText: async (text) => readDocumentText(text),
  split: async (document) => splitWithinBounds(document),
  splitStored: async (document) => splitDocument(document),
  async close() {},
};

/** What `parseJson` gives. */
export function parseJsonValues(bytes: Uint8Array): unknown {
  if (jsonShape(bytes, MAX_VALUES) !== "fine") {
    throw new RepriseError("too_large", `A document's JSON may hold ${MAX_VALUES} values at most.`);
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new RepriseError("invalid_json", "The body is not valid JSON.", { cause });
  }
}
