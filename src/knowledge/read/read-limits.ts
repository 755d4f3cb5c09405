/** Limits for reading one file. */
export interface ReadLimits {
  /** Maximum pages of a PDF, or slides of a presentation. */
  readonly pages: number;
  /** Maximum unpacked bytes of all members of an archive. */
  readonly expandedBytes: number;
}

/** Defaults of `DOCUMENT_MAX_PAGES` and `DOCUMENT_MAX_EXPANDED_MB`. */
export const DEFAULT_READ_LIMITS: ReadLimits = {
  pages: 2_000,
  expandedBytes: 100 * 1024 * 1024,
};

/** Maximum members of an archive or office file. */
export const MAX_MEMBERS = 2_000;
/** Maximum documents in a ZIP archive. */
export const MAX_DOCUMENTS = 500;
/** Maximum text of a file, in UTF-16 units: twice the maximum bytes of a document. */
export const MAX_TEXT = 40 * 1024 * 1024;
