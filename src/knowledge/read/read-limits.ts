/** What reading one file may take. */
export interface ReadLimits {
  /** Pages of a PDF, slides of a presentation. */
  readonly pages: number;
  /** Bytes of all members of an archive together, unpacked. */
  readonly expandedBytes: number;
}

/** The defaults of `DOCUMENT_MAX_PAGES` and `DOCUMENT_MAX_EXPANDED_MB`. */
export const DEFAULT_READ_LIMITS: ReadLimits = {
  pages: 2_000,
  expandedBytes: 100 * 1024 * 1024,
};

/** Members of an archive, and of an office file, which is one. */
export const MAX_MEMBERS = 2_000;
/** Documents in a ZIP archive that are read. */
export const MAX_DOCUMENTS = 500;
/** Longest text that is taken out of a file, in UTF-16 units: twice what a document may have in bytes. */
export const MAX_TEXT = 40 * 1024 * 1024;
