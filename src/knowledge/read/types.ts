import type { TextPlace } from "../types.ts";
import type { ExpansionBudget } from "./open-archive.ts";
import type { ReadLimits } from "./read-limits.ts";

/** Content as received, with its declared type and name. */
export interface DocumentContent {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  readonly fileName?: string | undefined;
}

/** A skipped archive member or attachment, with the reason. */
export interface SkippedPart {
  readonly file: string;
  readonly reason: string;
}

/** Text and title of a file; the title is empty if the file has none. */
export interface FileText {
  readonly title: string;
  readonly text: string;
  readonly places: readonly TextPlace[];
  readonly skipped?: readonly SkippedPart[] | undefined;
}

/** Context for reading a file and the files inside it. */
export interface ReadContext {
  readonly limits: ReadLimits;
  readonly budget: ExpansionBudget;
  /** Number of enclosing archives and messages. */
  readonly depth: number;
  /** Reads a file inside this one. */
  readonly readInner: (content: DocumentContent, context: ReadContext) => Promise<FileText>;
}
