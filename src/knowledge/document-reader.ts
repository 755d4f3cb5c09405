import { RepriseError } from "../errors.ts";
import { jsonShape } from "../operations/json-shape.ts";
import { readDocumentContent, readDocumentText, type ReadDocument } from "./load.ts";
import type { DocumentContent } from "./read/types.ts";
import { splitWithinBounds } from "./split-within-bounds.ts";
import { splitDocument } from "./split.ts";
import type { DocumentInput, Passage } from "./types.ts";

/** Maximum values in a JSON document, objects and lists included. */
const MAX_VALUES = 10_000;

/** CPU-bound work on documents. Methods throw the errors of the functions they call, or those of the adapter. */
export interface DocumentReader {
  /**
   * Parses a JSON body of up to 10,000 values.
   *
   * @throws RepriseError `invalid_json`, `too_large`
   */
  parseJson(bytes: Uint8Array): Promise<unknown>;
  /** Reads a file; see `readDocumentContent`. */
  read(content: DocumentContent): Promise<ReadDocument>;
  /** Reads decoded text; see `readDocumentText`. */
  readText(text: string): Promise<ReadDocument>;
  /** Splits a submitted document; see `splitWithinBounds`. */
  split(document: DocumentInput): Promise<readonly Passage[]>;
  /** Splits a stored document without limits. */
  splitStored(document: DocumentInput): Promise<readonly Passage[]>;
  close(): Promise<void>;
}

/** Reads in this thread: for small documents, and inside the worker. */
export const inlineDocumentReader: DocumentReader = {
  parseJson: async (bytes) => parseJsonValues(bytes),
  read: async (content) => readDocumentContent(content),
  readText: async (text) => readDocumentText(text),
  split: async (document) => splitWithinBounds(document),
  splitStored: async (document) => splitDocument(document),
  async close() {},
};

/** Implements `parseJson`. */
export function parseJsonValues(bytes: Uint8Array): unknown {
  if (jsonShape(bytes, MAX_VALUES) !== "fine") {
    throw new RepriseError(
      "too_large",
      `The JSON of a document has more than ${MAX_VALUES} values.`,
    );
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new RepriseError("invalid_json", "The body is not valid JSON.", { cause });
  }
}
