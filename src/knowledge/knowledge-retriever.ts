import { Document } from "@langchain/core/documents";
import { BaseRetriever } from "@langchain/core/retrievers";
import { passageText } from "./passage-text.ts";
import type { RetrievedPassage } from "./types.ts";

/** Metadata of a passage as a LangChain document. */
interface PassageMetadata {
  readonly documentId: string;
  readonly passageId: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** A passage as a LangChain document. */
export type PassageDocument = Document<PassageMetadata>;

/** Finds the passages for a text, best first. */
type FindPassages = (text: string) => Promise<readonly RetrievedPassage[]>;

/**
 * The LangChain retriever of one question. Its search knows the question's tenant, vector and document filter, or
 * returns passages that were found before.
 */
export class KnowledgeRetriever extends BaseRetriever<PassageMetadata> {
  override readonly lc_namespace = ["reprise", "knowledge"];
  private readonly find: FindPassages;

  constructor(find: FindPassages) {
    super();
    this.find = find;
  }

  static override lc_name(): string {
    return "KnowledgeRetriever";
  }

  override async _getRelevantDocuments(text: string): Promise<PassageDocument[]> {
    return (await this.find(text)).map(toDocument);
  }
}

function toDocument({ passage, score }: RetrievedPassage): PassageDocument {
  const { id, documentId, title, headings, start, end } = passage;
  return new Document({
    id,
    pageContent: passageText(passage),
    metadata: { documentId, passageId: id, title, headings, start, end, score },
  });
}
