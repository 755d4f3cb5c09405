import type { Reader } from "../identity/types.ts";

/**
 * The origin in the file of the text from `start` to the next place. A place is complete: it inherits nothing
 * from the place before it.
 */
export interface TextPlace {
  readonly start: number;
  /** Page or slide, from 1. */
  readonly page?: number | undefined;
  readonly sheet?: string | undefined;
  /** Row of the line at `start`, from 1, header included. Each following line is the next row. */
  readonly row?: number | undefined;
  /** Member of an archive or attachment of a message. */
  readonly part?: string | undefined;
}

/** A document as submitted. */
export interface DocumentInput {
  /** `[A-Za-z0-9_-]{1,128}`. */
  readonly id: string;
  readonly title: string;
  /** Plain text or Markdown; HTML is converted to Markdown-like text first. Offsets count UTF-16 units of it. */
  readonly text: string;
  /** File name or address of the origin. */
  readonly source: string | null;
  /** Ordered by start. Undefined if the text is the whole file. */
  readonly places?: readonly TextPlace[] | undefined;
  /** Groups whose members may read it; empty: everybody in the tenant. Undefined: as before. */
  readonly groups?: readonly string[] | undefined;
}

/** A stored document without its text, which may be long. */
export interface DocumentSummary extends Omit<DocumentInput, "text" | "places" | "groups"> {
  readonly tenant: string;
  /** Groups whose members may read it; empty: everybody in the tenant. */
  readonly groups: readonly string[];
  /** 1 for the first text, incremented by each change. */
  readonly version: number;
  readonly passages: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A stored document. */
export interface StoredDocument extends DocumentSummary {
  readonly text: string;
  readonly places?: readonly TextPlace[] | undefined;
}

/** Metadata of one version of a document. */
export interface DocumentVersion {
  readonly version: number;
  readonly title: string;
  readonly source: string | null;
  /** Length of the text, in UTF-16 units. */
  readonly characters: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** One version of a document, with its text. */
export interface StoredVersion extends Omit<DocumentVersion, "characters"> {
  readonly text: string;
  readonly places?: readonly TextPlace[] | undefined;
}

/** A part of a document that is retrieved and cited. */
export interface Passage {
  /**
   * Derived from the document's id and the passage's content and position: it changes if and only if they do. A
   * citation of an existing passage is therefore exact.
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
   * Lines above the passage that it needs as context: the header of its table, the sentence that introduces its
   * list, the function around its code. Undefined if it needs none.
   */
  readonly lead?: string | undefined;
  /** Position of the passage's start in the source file. */
  readonly locator?: PassageLocator | undefined;
}

/** A position in a file. */
export type PassageLocator = Omit<TextPlace, "start" | "part">;

/** A passage with the embedding of its title, headings and text. */
export interface EmbeddedPassage extends Passage {
  readonly vector: Float32Array;
}

/** A search result. */
export interface ScoredPassage {
  readonly passage: Passage;
  /** Cosine similarity (0..1) in a vector list, BM25 score in a text list. */
  readonly score: number;
}

/** A search result after fusion. */
export interface RetrievedPassage {
  readonly passage: Passage;
  /**
   * Rank score, 0..1: the mean of the reciprocal rank fusion score (1 if first in every list), the similarity, and the
   * share of the question that its words match. The fusion score alone where the meaning of words is unknown.
   */
  readonly score: number;
  /** Cosine similarity to the question; null if the passage is not in the vector list. */
  readonly similarity: number | null;
  /** BM25 score; null if the passage is not in the text list. */
  readonly textScore: number | null;
}

/** The passages that a question retrieved: the evidence of an answer. */
export interface RetrievalTrace {
  /** Passage ids, best first, a few from each list. */
  readonly fused: readonly string[];
  readonly byVector: readonly string[];
  /** Place of the first passage of each list; null if nothing was found. */
  readonly firstFused: PassagePlace | null;
  readonly firstByVector: PassagePlace | null;
  /**
   * Stems of the question's words that the first passages contain. Undefined in answers stored before this
   * field existed.
   */
  readonly named?: readonly string[] | undefined;
}

/** A passage's document, title and headings. */
export interface PassagePlace {
  readonly documentId: string;
  readonly headings: string;
}

/** The passage that a mark `[n]` in a reply cites. */
export interface Citation {
  /** The n of the marks `[n]` in the answer. Undefined if no answer cites the passage. */
  readonly number?: number | undefined;
  readonly documentId: string;
  readonly passageId: string;
  readonly title: string;
  readonly passage: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** Lead of the passage. Undefined in answers stored before this field existed. */
  readonly lead?: string | undefined;
  readonly locator?: CitationLocator | undefined;
}

/** Position of the cited passage in its file. */
export interface CitationLocator extends PassageLocator {
  readonly headings?: readonly string[] | undefined;
}

/** A search in a tenant's passages. */
export interface PassageQuery {
  readonly tenant: string;
  readonly text: string;
  /** Undefined: text search only. */
  readonly vector: Float32Array | undefined;
  /** Maximum number of passages in each list. */
  readonly limit: number;
  /** Searches only these documents. Default: all. */
  readonly documentIds?: readonly string[] | undefined;
  /** Leaves out these documents. Default: none. */
  readonly hidden?: ReadonlySet<string> | undefined;
}

/** Version of passages in a copy that is searched while Redis is unavailable. No cached answer has it. */
export const STANDBY_VERSION = "standby";

/** The search index of the passages. It can be rebuilt from the documents. */
export interface PassageStore {
  /** Replaces all passages of a document. Atomic for readers. */
  replaceDocument(document: {
    tenant: string;
    documentId: string;
    passages: readonly EmbeddedPassage[];
  }): Promise<void>;
  removeDocument(document: { tenant: string; documentId: string }): Promise<void>;
  /** Both lists, best first. The caller fuses them. */
  search(query: PassageQuery): Promise<{
    readonly byVector: readonly ScoredPassage[];
    readonly byText: readonly ScoredPassage[];
  }>;
  /** Returns the passages of these that still exist; the others were edited or deleted. */
  existing(query: { tenant: string; passageIds: readonly string[] }): Promise<ReadonlySet<string>>;
  /** Ids of the document's passages that the index contains. */
  idsOf(document: { tenant: string; documentId: string }): Promise<ReadonlySet<string>>;
  /** Number of the tenant's passages. */
  count(tenant: string): Promise<number>;
  /**
   * Version of the tenant's passages. It changes with every replaced or removed document and never repeats.
   * Empty if the tenant never had a document.
   */
  version(tenant: string): Promise<string>;
  /** Gives the tenant's passages a new version: other readers than before may read them. */
  renewVersion(tenant: string): Promise<void>;
  close(): Promise<void>;
}

/** A page of a listing. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Cursor of the next page; null on the last page. */
  readonly nextCursor: string | null;
}

/** The source of truth for documents and their passages' vectors. */
export interface DocumentStore {
  get(key: { tenant: string; documentId: string }): Promise<StoredDocument | undefined>;
  /**
   * Ordered by id. Documents that are written or removed between two pages may be missing; all others appear
   * once. `query` selects documents whose title or id contains all its words, ignoring case; `reader` those that
   * this reader may read.
   *
   * @throws RepriseError `invalid_request` for an invalid cursor
   */
  list(query: {
    tenant: string;
    limit: number;
    cursor?: string | undefined;
    query?: string | undefined;
    reader?: Reader | undefined;
  }): Promise<Page<DocumentSummary>>;
  /** Groups of each document that has some. */
  restricted(tenant: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Changes only the groups. False if the document does not exist. */
  setGroups(change: {
    tenant: string;
    documentId: string;
    groups: readonly string[];
  }): Promise<boolean>;
  /**
   * Writes the document and its passages in one transaction and returns the new version. Deletes passages of
   * other embedders. Groups that are left out stay; a new document then has none.
   */
  put(write: {
    tenant: string;
    document: DocumentInput;
    embedderId: string;
    passages: readonly EmbeddedPassage[];
    now: number;
  }): Promise<StoredDocument>;
  /**
   * Undoes the change after `before`, with its passages: its version is neither counted nor kept. False, and
   * nothing is written, if another change came after it.
   */
  undo(write: {
    before: StoredDocument;
    embedderId: string;
    passages: readonly EmbeddedPassage[];
  }): Promise<boolean>;
  /**
   * Replaces all passages of the document if its title and text are unchanged. Returns false and writes nothing
   * if they changed or the document no longer exists.
   */
  putPassages(write: {
    tenant: string;
    documentId: string;
    title: string;
    text: string;
    embedderId: string;
    passages: readonly EmbeddedPassage[];
  }): Promise<boolean>;
  /** Returns true if the document existed. */
  remove(key: { tenant: string; documentId: string }): Promise<boolean>;
  /** The document's passages as embedded by this embedder. Empty if another embedder made them. */
  passages(query: {
    tenant: string;
    documentId: string;
    embedderId: string;
  }): Promise<readonly EmbeddedPassage[]>;
  /** Returns the ids that belong to documents of the tenant, with `reader` only those that this reader may read. */
  present(query: {
    tenant: string;
    documentIds: readonly string[];
    reader?: Reader | undefined;
  }): Promise<ReadonlySet<string>>;
  /** The document's versions, newest first, without expired ones. */
  versions(key: { tenant: string; documentId: string }): Promise<readonly DocumentVersion[]>;
  /** One of the document's versions; undefined if it never had it, or it has expired. */
  version(query: {
    tenant: string;
    documentId: string;
    version: number;
  }): Promise<StoredVersion | undefined>;
  /** Tenants that have documents. */
  tenants(): Promise<readonly string[]>;
  close(): Promise<void>;
}
