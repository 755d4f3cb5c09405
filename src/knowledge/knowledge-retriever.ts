import { Document } from "@langchain/core/documents";
import { BaseRetriever } from "@langchain/core/retrievers";
import type { Embedder } from "../models/types.ts";
import { passageText } from "./passage-text.ts";
import type { Retrieve } from "./retrieve.ts";
import type { RetrievedPassage } from "./types.ts";

/** Metadata of a passage as a LangChain document. */
export interface PassageMetadata {
  readonly documentId: string;
  readonly passageId: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

interface KnowledgeRetrieverOptions {
  readonly retrieve: Retrieve;
  readonly embedder: Embedder;
  readonly tenant: string;
  /** Default 5. */
  readonly limit?: number | undefined;
  readonly documentIds?: readonly string[] | undefined;
}

/** A LangChain retriever over the passages of a tenant. */
export class KnowledgeRetriever extends BaseRetriever<PassageMetadata> {
  override readonly lc_namespace = ["reprise", "knowledge"];
  private readonly options: KnowledgeRetrieverOptions;

  constructor(options: KnowledgeRetrieverOptions) {
    super();
    this.options = options;
  }

  static override lc_name(): string {
    return "KnowledgeRetriever";
  }

  override async _getRelevantDocuments(text: string): Promise<Document<PassageMetadata>[]> {
    const { retrieve, embedder, tenant, limit, documentIds } = this.options;
    const { vectors } = await embedder.embed([text], { tenant });
    const vector = vectors[0] ?? new Float32Array(embedder.dimensions);
    const { passages } = await retrieve({ tenant, text, vector, limit, documentIds });
    return passages.map(toDocument);
  }
}

/** Converts a passage to a LangChain document. */
export function toDocument({ passage, score }: RetrievedPassage): Document<PassageMetadata> {
  const { id, documentId, title, headings, start, end } = passage;
  return new Document({
    id,
    pageContent: passageText(passage),
    metadata: { documentId, passageId: id, title, headings, start, end, score },
  });
}
