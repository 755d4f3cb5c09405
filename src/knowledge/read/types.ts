import type { TextPlace } from "../types.ts";
import type { ExpansionBudget } from "./open-archive.ts";
import type { ReadLimits } from "./read-limits.ts";

/** Content as it came, and what was said of it. */
export interface DocumentContent {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  readonly fileName?: string | undefined;
}

/** A member or attachment that was left out, and why. */
export interface SkippedPart {
  readonly file: string;
  readonly reason: string;
}

/** What a file says of itself; its title is empty where it has none. */
export interface FileText {
  readonly title: string;
  readonly text: string;
  readonly places: readonly TextPlace[];
  readonly skipped?: readonly SkippedPart[] | undefined;
}

/** What goes along while a file and those inside of it are read. */
export interface ReadContext {
  readonly limits: ReadLimits;
  readonly budget: ExpansionBudget;
  /** Archives and messages around this one. */
  readonly depth: number;
  /** Reads a file that is inside of this one. */
  readonly readInner: (content: DocumentContent, context: ReadContext) => Promise<FileText>;
}
