import { cosine } from "../vectors/vector-table.ts";
import type { CompareQuestions, GuardSwitches } from "../cache/guards/types.ts";
import type { CallOptions, Embedder } from "../models/types.ts";
import { servedFrom } from "./make-lookup.ts";
import type { Observation } from "./types.ts";
import { normaliseQuestion } from "../cache/scope.ts";

/** Texts per embedding call. */
const BATCH = 64;

/** Two questions, and whether one answer fits both. */
export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** Dependencies for observing pairs. */
export interface PairObserver {
  readonly embedder: Pick<Embedder, "embed">;
  readonly compareQuestions: CompareQuestions;
  readonly guards?: GuardSwitches | undefined;
}

/**
 * Observes pairs as lookups: `a` is asked while `b` is stored. Documents are not used, so there is
 * no grey zone, and soft findings of the guards, which would require evidence, cause a miss.
 *
 * @throws RepriseError `model_failed` or `model_timed_out` if the embedder fails
 */
export async function observePairs(
  pairs: readonly LabelledPair[],
  { embedder, compareQuestions, guards }: PairObserver,
  options?: CallOptions,
): Promise<Observation[]> {
  const texts = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const vectors = await embedAll(texts, embedder, options);
  return pairs.map(({ a, b, same }) => {
    const similarity = similarityOf(vectors.get(a), vectors.get(b));
    return observeNeighbours({ similarity, findings: compareQuestions(a, b, guards), same });
  });
}

/** Observes a pair with its similarity, without documents. */
function observeNeighbours({
  similarity,
  findings,
  same,
}: {
  similarity: number;
  findings: ReturnType<CompareQuestions>;
  same: boolean;
}): Observation {
  const candidate = {
    similarity,
    findings,
    evidenceStands: true,
    isFresh: true,
    isQuarantined: false,
  };
  const from = servedFrom({ ...candidate, agreement: "unknown" });
  return { similarity, servedFrom: from, same, source: "person" };
}

/** Embeds texts in batches. */
export async function embedAll(
  texts: readonly string[],
  embedder: Pick<Embedder, "embed">,
  options?: CallOptions,
): Promise<ReadonlyMap<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = texts.slice(start, start + BATCH);
    const made = await embedder.embed(batch, options);
    for (const [index, text] of batch.entries()) {
      const vector = made.vectors[index];
      if (vector !== undefined) vectors.set(text, vector);
    }
  }
  return vectors;
}

/** Cosine similarity; 0 if one has no vector. */
export function similarityOf(
  one: Float32Array | undefined,
  other: Float32Array | undefined,
): number {
  return one === undefined || other === undefined ? 0 : cosine(one, other);
}

/** A question of a stream. One answer fits all questions of a cluster. */
export interface StreamQuestion {
  readonly cluster: string;
  readonly text: string;
}

/**
 * Observes a stream as lookups: each question with its nearest predecessor. Repeated questions are
 * exact hits, which do not depend on a threshold, and are skipped.
 */
export async function observeStream(
  stream: readonly StreamQuestion[],
  observer: PairObserver,
): Promise<Observation[]> {
  const vectors = await embedAll(
    stream.map(({ text }) => text),
    observer.embedder,
  );
  const seen = new Set<string>();
  const stored: (StreamQuestion & { vector: Float32Array | undefined })[] = [];
  const observations: Observation[] = [];
  for (const { cluster, text } of stream) {
    const words = normaliseQuestion(text);
    if (seen.has(words)) continue;
    seen.add(words);
    const vector = vectors.get(text);
    const nearest = findNearest(vector, stored);
    stored.push({ cluster, text, vector });
    if (nearest === undefined) continue;
    const { similarity, question } = nearest;
    const findings = observer.compareQuestions(text, question.text, observer.guards);
    observations.push(
      observeNeighbours({ similarity, findings, same: question.cluster === cluster }),
    );
  }
  return observations;
}

function findNearest<Stored extends { vector: Float32Array | undefined }>(
  vector: Float32Array | undefined,
  stored: readonly Stored[],
): { similarity: number; question: Stored } | undefined {
  let nearest: { similarity: number; question: Stored } | undefined;
  for (const question of stored) {
    const similarity = similarityOf(vector, question.vector);
    if (nearest === undefined || similarity > nearest.similarity)
      nearest = { similarity, question };
  }
  return nearest;
}
