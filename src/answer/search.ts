import type { Retrieval, Retrieve } from "../knowledge/retrieve.ts";
import type { PassageStore } from "../knowledge/types.ts";
import type { Embedder, EmbeddingResult } from "../models/types.ts";
import type { Asked, Asking } from "./asking.ts";

/** Longest wait for a question's vector, in milliseconds: the answer waits for it, and goes on without. */
const EMBED_MS = 5_000;

/** A question's vector. */
export interface QuestionVector {
  /** Undefined: the embedder is unavailable, and only words can be looked for. */
  readonly vector: Float32Array | undefined;
  /** False where the vector is that of a part, or there is none: it says nothing of what else is asked. */
  readonly isWhole: boolean;
}

/** What was retrieved, and the state of the tenant's passages just before. */
export interface RetrievedEvidence extends Retrieval {
  readonly knowledgeVersion: string;
}

/** What cache and documents are searched with, and what the documents have: each made once, when first wanted. */
export interface Search {
  vector(): Promise<QuestionVector>;
  /** Undefined where the documents could not be searched. */
  evidence(): Promise<RetrievedEvidence | undefined>;
  /** What `evidence` gives; undefined where nobody has asked for it. */
  begunEvidence(): Promise<RetrievedEvidence | undefined> | undefined;
  /** The same vector, and the documents as they are from now on. */
  again(): Search;
}

/** What searching needs. */
export interface SearchParts {
  readonly embedder: Pick<Embedder, "embed" | "prefetch">;
  readonly retrieve: Retrieve;
  readonly passages: Pick<PassageStore, "version">;
}

/** @param found an earlier search for the same question, whose vector and evidence hold */
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

/** What other words than the question's retrieve. */
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

/** The state is asked for first: what changes meanwhile makes the evidence look older, never newer. */
async function retrieveWith(
  { request, meter, trace }: Asked,
  query: { text: string; vector: Float32Array | undefined },
  { passages, retrieve }: SearchParts,
): Promise<RetrievedEvidence> {
  const { tenant, documentIds } = request;
  const [knowledgeVersion, found] = await meter.time("retrieve", () =>
    Promise.all([
      passages.version(tenant),
      trace.retrieve(query.text, () => retrieve({ tenant, ...query, documentIds })),
    ]),
  );
  return { ...found, knowledgeVersion };
}

/** A text's vector, as far as the embedder is there; `embeddings` is degraded where it is not. */
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
      // The embedder is not to blame for a stop.
      if (signal.aborted) return undefined;
      throw error;
    }
  });
}
