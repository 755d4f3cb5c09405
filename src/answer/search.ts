import { KnowledgeRetriever } from "../knowledge/knowledge-retriever.ts";
import {
  retrieveFor as retrieveForReader,
  type RetrievedFor,
  type RetrieveForParts,
} from "../knowledge/reader-groups.ts";
import type { Embedder, EmbeddingResult } from "../models/types.ts";
import type { Asked, Asking } from "./asking.ts";

/** Maximum wait for a question's vector, in milliseconds; after it the answer continues without one. */
const EMBED_MS = 5_000;

/** The vector of a question. */
export interface QuestionVector {
  /** Undefined if the embedder is unavailable: only keyword search is possible. */
  readonly vector: Float32Array | undefined;
  /** False if the vector covers only a part of the question, or there is none. */
  readonly isWhole: boolean;
}

/** Retrieved passages that the asker may read, and the version of the tenant's passages just before. */
export type RetrievedEvidence = RetrievedFor;

/** The vector and the evidence of a question, each computed once, on first use. */
export interface Search {
  vector(): Promise<QuestionVector>;
  /** Undefined if the documents could not be searched. */
  evidence(): Promise<RetrievedEvidence | undefined>;
  /** The result of `evidence`, if it was called. */
  begunEvidence(): Promise<RetrievedEvidence | undefined> | undefined;
  /** A search with the same vector and new evidence. */
  again(): Search;
}

/** Dependencies of a search. */
export interface SearchParts extends RetrieveForParts {
  readonly embedder: Pick<Embedder, "embed" | "prefetch">;
}

/** @param found an earlier search for the same question; its vector and evidence are reused */
export function openSearch(asked: Asked, parts: SearchParts, found?: Search): Search {
  let vector: Promise<QuestionVector> | undefined;
  let evidence = found?.begunEvidence();
  const search: Search = {
    vector() {
      vector ??= found?.vector() ?? embedText(asked, asked.compared, parts);
      return vector;
    },
    evidence() {
      evidence ??= asked.attempt("retrieval", retrieve, undefined);
      return evidence;
    },
    begunEvidence: () => evidence,
    again: () => openSearch(asked, parts, { ...search, begunEvidence: () => undefined }),
  };
  async function retrieve(): Promise<RetrievedEvidence> {
    const { vector: made } = await search.vector();
    return retrieveWith(asked, { text: asked.compared, vector: made }, parts);
  }
  return search;
}

/** Retrieves with another text than the question. */
export function retrieveFor(
  asked: Asked,
  text: string,
  parts: SearchParts,
): Promise<RetrievedEvidence | undefined> {
  const work = async () => {
    const { vector } = await embedText(asked, text, parts);
    return retrieveWith(asked, { text, vector }, parts);
  };
  return asked.attempt("retrieval", work, undefined);
}

async function retrieveWith(
  { request, meter, trace }: Asked,
  query: { text: string; vector: Float32Array | undefined },
  parts: SearchParts,
): Promise<RetrievedEvidence> {
  const { tenant, documentIds, caller } = request;
  const asked = { tenant, ...query, documentIds, reader: caller?.reader };
  const config = await trace.configOf("search-documents");
  const finding = meter.time("retrieve", () => retrieveForReader(asked, parts));
  if (config === undefined) return finding;
  // For the trace only; the answer chain calls the retriever of its prompt.
  const retriever = new KnowledgeRetriever(async () => (await finding).passages);
  const [found] = await Promise.all([finding, retriever.invoke(query.text, config)]);
  return found;
}

/** Embeds a text. If the embedder is unavailable, `degraded` lists `embeddings`. */
async function embedText(
  asking: Asking,
  text: string,
  parts: SearchParts,
): Promise<QuestionVector> {
  const { attempt, meter, stopSignal } = asking;
  const made = await attempt("embeddings", () => embedInTime(asking, text, parts), undefined);
  stopSignal.throwIfAborted();
  meter.addEmbedding(made?.tokens ?? 0, made?.estimated === true);
  const vector = made?.vectors[0];
  return { vector, isWhole: vector !== undefined && made?.isCut !== true };
}

function embedInTime(
  { stopSignal: signal, request, meter }: Asking,
  text: string,
  { embedder }: SearchParts,
): Promise<EmbeddingResult | undefined> {
  return meter.time("embed", async () => {
    try {
      return await embedder.embed([text], { signal, waitMs: EMBED_MS, tenant: request.tenant });
    } catch (error) {
      // A stop is not a failure of the embedder.
      if (signal.aborted) return undefined;
      throw error;
    }
  });
}
