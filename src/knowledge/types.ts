/**
 * Where in its file a text stands, from `start` in the text up to the next place. A place says all that is
 * known: nothing of the one before it goes on.
 */
export interface TextPlace {
  readonly start: number;
  /** Page or slide, from 1. */
  readonly page?: number | undefined;
  readonly sheet?: string | undefined;
  /** Row of the line at `start`, from 1 and with the header; each line below it is one row further. */
  readonly row?: number | undefined;
  /** The member of an archive, or the attachment of a message. */
  readonly part?: string | undefined;
}

/** A document as it was given. */
export interface DocumentInput {
  /** `[A-Za-z0-9_-]{1,128}`. */
  readonly id: string;
  readonly title: string;
  /** Plain text or Markdown; HTML is turned into Markdown-like text before. Offsets count UTF-16 units in it. */
  readonly text: string;
  /** Where it came from: a file name or an address. */
  readonly source: string | null;
  /** In the order of their starts; none where the text is the whole file. */
  readonly places?: readonly TextPlace[] | undefined;
}

/** A stored document without its text, which may be long. */
export interface DocumentSummary extends Omit<DocumentInput, "text" | "places"> {
  readonly tenant: string;
  /** 1 for the first text, one more for each change. */
  readonly version: number;
  /** Number of passages it was split into. */
  readonly passages: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A stored document. */
export interface StoredDocument extends DocumentSummary {
  readonly text: string;
  readonly places?: readonly TextPlace[] | undefined;
}

/** What a document was at a time. */
export interface DocumentVersion {
  readonly version: number;
  readonly title: string;
  readonly source: string | null;
  /** Length of its text. */
  readonly characters: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A piece of a document that is retrieved and cited. */
export interface Passage {
  /**
   * Made from the document's id, the passage's content and its place: it changes when and only when
   * they do, so that a citation of a passage that exists is exact.
   */
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  /** Headings above it, outermost first, without the title. */
  readonly headings: readonly string[];
  /** Exactly `document.text.slice(start, end)`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /**
   * Lines from above it that it cannot be understood without: the header of its table, the sentence that
   * leads in its list, the function that its code is in. Undefined where it needs none.
   */
  readonly lead?: string | undefined;
  /** Where its beginning stands in the file that the document was read from. */
  readonly locator?: PassageLocator | undefined;
}

/** A place in a file. */
export type PassageLocator = Omit<TextPlace, "start" | "part">;

/** A passage with the vector of its title, headings and text. */
export interface EmbeddedPassage extends Passage {
  readonly vector: Float32Array;
}

/** A passage found. */
export interface ScoredPassage {
  readonly passage: Passage;
  /** Cosine similarity (0..1) in a vector list, BM25 score in a text list. */
  readonly score: number;
}

/** A passage after fusion. */
export interface RetrievedPassage {
  readonly passage: Passage;
  /** Reciprocal rank fusion score, scaled so that first in every list is 1. */
  readonly score: number;
  /** Cosine similarity to the question where the vector list held it. */
  readonly similarity: number | null;
  /** BM25 score where the text list held it. */
  readonly textScore: number | null;
}

/** What a question retrieved: the evidence of an answer. */
export interface RetrievalTrace {
  /** Passage ids, best first, a few of each list. */
  readonly fused: readonly string[];
  readonly byVector: readonly string[];
  /** Where the first passage of each list stands; null where nothing was found. */
  readonly firstFused: PassagePlace | null;
  readonly firstByVector: PassagePlace | null;
  /** Stems of the question's words that the first passages have. Undefined: found before this was kept. */
  readonly named?: readonly string[] | undefined;
}

/** A passage's document, and the title and headings above it. */
export interface PassagePlace {
  readonly documentId: string;
  readonly headings: string;
}

/** Part of a reply: the passage behind a `[n]`. */
export interface Citation {
  /** The n of the marks `[n]` in the answer; undefined where no answer cites it. */
  readonly number?: number | undefined;
  readonly documentId: string;
  readonly passageId: string;
  readonly title: string;
  readonly passage: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** As the passage's. Undefined in answers that were stored before citations had it. */
  readonly lead?: string | undefined;
  readonly locator?: CitationLocator | undefined;
}

/** Where a citation's passage stands in its file. */
export interface CitationLocator extends PassageLocator {
  readonly headings?: readonly string[] | undefined;
}

/** What to look for among a tenant's passages. */
export interface PassageQuery {
  readonly tenant: string;
  readonly text: string;
  /** Undefined: searched by words alone. */
  readonly vector: Float32Array | undefined;
  /** At most this many in each list. */
  readonly limit: number;
  /** Only these documents; all when left out. */
  readonly documentIds?: readonly string[] | undefined;
}

/** The searchable passages: an index that can be rebuilt from the documents. */
export interface PassageStore {
  /** Puts the passages of a document in the place of those it had, as one step for readers. */
  replaceDocument(document: {
    tenant: string;
    documentId: string;
    passages: readonly EmbeddedPassage[];
  }): Promise<void>;
  removeDocument(document: { tenant: string; documentId: string }): Promise<void>;
  /** The two lists, best first; fusing them is the caller's rule. */
  search(query: PassageQuery): Promise<{
    readonly byVector: readonly ScoredPassage[];
    readonly byText: readonly ScoredPassage[];
  }>;
  /** Which of these passages are there now: the others were edited or deleted. */
  existing(query: { tenant: string; passageIds: readonly string[] }): Promise<ReadonlySet<string>>;
  /** Ids of the passages that can be found for this document now. */
  idsOf(document: { tenant: string; documentId: string }): Promise<ReadonlySet<string>>;
  /** Number of the tenant's passages. */
  count(tenant: string): Promise<number>;
  /**
   * Names the state of the tenant's passages: another name after every replaced or removed document,
   * and never one that was there before. Empty where there never was a document.
   */
  version(tenant: string): Promise<string>;
  close(): Promise<void>;
}

/** A page of a listing. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Give it back to go on; null at the end. */
  readonly nextCursor: string | null;
}

/** The system of record for documents and their passages' vectors. */
export interface DocumentStore {
  get(key: { tenant: string; documentId: string }): Promise<StoredDocument | undefined>;
  /**
   * Ordered by id. What is put or removed between two pages is in the listing or not; everything else is
   * in it once. `query` leaves those whose title or id holds all its words, in whatever case.
   *
   * @throws RepriseError `invalid_request` for a cursor that no listing gave
   */
  list(query: {
    tenant: string;
    limit: number;
    cursor?: string | undefined;
    query?: string | undefined;
  }): Promise<Page<DocumentSummary>>;
  /**
   * Writes the document and its passages in one transaction and gives back the new version. Passages
   * of another embedder are dropped.
   */
  put(write: {
    tenant: string;
    document: DocumentInput;
    embedderId: string;
    passages: readonly EmbeddedPassage[];
    now: number;
  }): Promise<StoredDocument>;
  /**
   * Puts the passages in the place of all that the document had, if it has still this title and text.
   * False when it has others by now, or is gone; nothing is written then.
   */
  putPassages(write: {
    tenant: string;
    documentId: string;
    title: string;
    text: string;
    embedderId: string;
    passages: readonly EmbeddedPassage[];
  }): Promise<boolean>;
  /** True when it was there. */
  remove(key: { tenant: string; documentId: string }): Promise<boolean>;
  /** The document's passages as embedded by this embedder; empty where another made them. */
  passages(query: {
    tenant: string;
    documentId: string;
    embedderId: string;
  }): Promise<readonly EmbeddedPassage[]>;
  /** Those of the ids that are documents of the tenant. */
  present(query: { tenant: string; documentIds: readonly string[] }): Promise<ReadonlySet<string>>;
  /** The document's versions, newest first; those whose time has ended are left out. */
  versions(key: { tenant: string; documentId: string }): Promise<readonly DocumentVersion[]>;
  /** Tenants that have documents. */
  tenants(): Promise<readonly string[]>;
  close(): Promise<void>;
}
