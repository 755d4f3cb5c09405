import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { createIngest, type IngestDependencies } from "../../src/knowledge/ingest.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { wordEmbedder } from "./word-embedder.ts";

/** An ingest with in-memory adapters, and their state. */
export async function openKnowledge(parts: Partial<IngestDependencies> = {}) {
  const embedder = wordEmbedder();
  const documents = parts.documents ?? createSqlDocuments(await openDatabase(":memory:"));
  const passages = createMemoryPassages({ dimensions: embedder.dimensions });
  /** Documents whose answers were removed, in order. */
  const forgotten: string[] = [];
  const dependencies: IngestDependencies = {
    documents,
    passages,
    embedder,
    reader: inlineDocumentReader,
    removeAnswersOf: async ({ documentId }) => {
      forgotten.push(documentId);
      return 2;
    },
    now: () => Date.UTC(2026, 0, 1),
    ...parts,
  };
  const found = async (text: string, tenant = "acme") => {
    const vector = new Float32Array(embedder.dimensions);
    const { byText } = await dependencies.passages.search({ tenant, text, vector, limit: 20 });
    return byText.map(({ passage }) => passage.text);
  };
  return { ...dependencies, embedder, forgotten, found, ingest: createIngest(dependencies) };
}
