import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { Embedder } from "./types.ts";

/** Adapts an embedder to LangChain's interface, for its vector stores. */
export function toLangChainEmbeddings(embedder: Embedder): EmbeddingsInterface {
  const embedDocuments = async (texts: string[]) => {
    const { vectors } = await embedder.embed(texts);
    return vectors.map((vector) => [...vector]);
  };
  return {
    embedDocuments,
    embedQuery: async (text) => (await embedDocuments([text]))[0] ?? [],
  };
}
