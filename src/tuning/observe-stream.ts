import { normaliseQuestion } from "../cache/normalise-question.ts";
import { embedAll, observeNeighbours, similarityOf, type PairObserver } from "./observe-pairs.ts";
import type { Observation } from "./types.ts";

/** A question of a stream in the order asked; the same cluster: one answer does. */
export interface StreamQuestion {
  readonly cluster: string;
  readonly text: string;
}

/**
 * A stream as its lookups: each question with the nearest that came before it. The same words again
 * are the exact tier's and no threshold's, so they are left out.
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
