import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { loadFolder } from "../../src/knowledge/load-folder.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createRetrieve, type FusionOptions, type Retrieve } from "../../src/knowledge/retrieve.ts";
import { passageContext } from "../../src/knowledge/passage-text.ts";
import { splitDocument } from "../../src/knowledge/split.ts";
import type { Embedder } from "../../src/models/types.ts";
import { embedAll } from "../../src/tuning/observe-labelled.ts";
import { TENANT } from "../../src/tuning/replay-file.ts";

/**
 * Splits, embeds and searches a folder's documents in the same way as the service.
 *
 * @throws ConfigError when the folder cannot be read, Error when it has no documents
 */
export async function openDocuments(
  folder: string,
  embedder: Embedder,
  fusion: FusionOptions,
): Promise<Retrieve> {
  const { documents } = await loadFolder(folder, inlineDocumentReader);
  if (documents.length === 0) throw new Error(`--documents: ${folder} has no documents.`);
  const split = documents.map((document) => splitDocument(document));
  const vectors = await embedAll(split.flat().map(passageContext), embedder);
  const passages = createMemoryPassages({ dimensions: embedder.dimensions });
  for (const [index, { id: documentId }] of documents.entries()) {
    const embedded = (split[index] ?? []).flatMap((passage) => {
      const vector = vectors.get(passageContext(passage));
      return vector === undefined ? [] : [{ ...passage, vector }];
    });
    await passages.replaceDocument({ tenant: TENANT, documentId, passages: embedded });
  }
  return createRetrieve(passages, fusion);
}
